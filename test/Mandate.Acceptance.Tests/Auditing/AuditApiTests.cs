using System.Net;
using Mandate.Acceptance.Tests.Support;
using Mandate.Audit.Checkpoints;
using Mandate.Testing;

namespace Mandate.Acceptance.Tests.Auditing;

/// <summary>The ledger over REST.</summary>
public sealed class AuditApiTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    [Fact]
    [Scenario("audit", 1)]
    public async Task Requests_AllowedAndNot_LeaveOneEventEach()
    {
        using var rest = fixture.As("alice", $"tenant-{Guid.NewGuid():N}");
        await rest.GetAsync("/v1/executions/nothing");
        await rest.GetAsync("/v1/audit/checkpoints");
        await rest.GetAsync("/v1/audit/consistency?from=1&to=2");

        var events = await rest.AuditEventsAsync();

        events.Select(e => $"{e.GetProperty("type").GetString()} {e.GetProperty("resource").GetProperty("type").GetString()} {e.GetProperty("result").GetString()}").ShouldBe(
            ["execution.read execution denied", "audit.read audit-checkpoint success", "audit.prove audit-checkpoint denied"]);
        events.ShouldAllBe(e => e.GetProperty("actor").GetProperty("id").GetString() == "alice" && e.GetProperty("actor").GetProperty("address").GetString() == "127.0.0.1");
    }

    [Fact]
    [Scenario("audit", 3)]
    public async Task List_FiltersWordsAndCursor_AreOfTheCallersTenantAlone()
    {
        var tenant = $"tenant-{Guid.NewGuid():N}";
        using var rest = fixture.As("alice", tenant);
        using var other = fixture.As("carol", $"tenant-{Guid.NewGuid():N}");
        for (var i = 0; i < 5; i++)
            await rest.GetAsync($"/v1/executions/missing-{i}");
        await other.GetAsync("/v1/executions/missing-0");

        (await Ids("&resourceId=missing-3")).ShouldBe(["missing-3"]);
        (await Ids("&type=execution.read&result=denied&resourceType=execution&actorType=user&actorId=alice&action=read")).Count.ShouldBe(5);
        (await Ids("&actorId=bob")).ShouldBeEmpty();
        (await Ids("&text=unknown%20EXECUTION&type=execution.read")).Count.ShouldBe(5, "their reason is execution-unknown");
        (await Ids($"&type=execution.read&from={Uri.EscapeDataString(TimeProvider.System.GetUtcNow().AddHours(1).ToString("O"))}")).ShouldBeEmpty();
        var first = Expect.Success(await rest.GetAsync("/v1/audit-events?limit=2&type=execution.read"), HttpStatusCode.OK);
        var cursor = first.GetProperty("nextCursor").GetString();
        var second = Expect.Success(await rest.GetAsync($"/v1/audit-events?limit=2&type=execution.read&cursor={cursor}"), HttpStatusCode.OK);
        second.GetProperty("events")[0].GetProperty("resource").GetProperty("id").GetString().ShouldBe("missing-2");
        Expect.Problem(await other.GetAsync($"/v1/audit-events?limit=2&type=execution.read&cursor={cursor}"), HttpStatusCode.BadRequest, "invalid-request");

        async Task<List<string?>> Ids(string filter) => [.. (await rest.AuditEventsAsync(filter)).Select(e => e.GetProperty("resource").GetProperty("id").GetString())];
    }

    [Fact]
    [Scenario("audit", 4)]
    [Scenario("audit", 9)]
    public async Task Verify_AndProve_SayHowFarACheckpointVouches()
    {
        using var rest = fixture.As("alice", $"tenant-{Guid.NewGuid():N}");
        await rest.GetAsync("/v1/executions/nothing");
        var id = (await rest.AuditEventsAsync())[0].GetProperty("id").GetString();
        // A checkpoint follows within the time set, a second here; it covers the event.
        await Eventually.BecomesAsync(async () => (await rest.GetAsync($"/v1/audit-events/{id}/proof")).Status == HttpStatusCode.OK);

        var verdict = Expect.Success(await rest.GetAsync($"/v1/audit-events/{id}/verify"), HttpStatusCode.OK);
        var proof = Expect.Success(await rest.GetAsync($"/v1/audit-events/{id}/proof"), HttpStatusCode.OK);
        var page = Expect.Success(await rest.GetAsync("/v1/audit/checkpoints"), HttpStatusCode.OK);

        verdict.GetProperty("valid").GetBoolean().ShouldBeTrue();
        verdict.GetProperty("checked").GetInt64().ShouldBe(1, "up to the event asked about");
        verdict.GetProperty("first").GetInt64().ShouldBe(1);
        verdict.TryGetProperty("vouchedUpTo", out _).ShouldBeTrue();
        AuditCheckpointKey.TryParse(page.GetProperty("key").GetString(), out var key).ShouldBeTrue();
        AuditCheckpoint.TryParse(proof.GetProperty("checkpoint").GetProperty("note").GetString(), out var checkpoint).ShouldBeTrue();
        key!.Verifies(checkpoint!).ShouldBeTrue();
        proof.GetProperty("file").GetString()!.ShouldStartWith("c2sp.org/tlog-proof@v1\n");
        page.GetProperty("checkpoints").EnumerateArray().ShouldContain(c => c.GetProperty("size").GetInt64() == checkpoint!.Size);
        var same = checkpoint!.Size;
        Expect.Success(await rest.GetAsync($"/v1/audit/consistency?from={same}&to={same}"), HttpStatusCode.OK).GetProperty("path").GetArrayLength().ShouldBe(0);
        Expect.Problem(await rest.GetAsync("/v1/audit/consistency?from=2"), HttpStatusCode.BadRequest, "invalid-request");
        using var carol = fixture.As("carol", "globex");
        Expect.Problem(await carol.GetAsync($"/v1/audit-events/{id}/proof"), HttpStatusCode.NotFound, "not-found");
    }
}
