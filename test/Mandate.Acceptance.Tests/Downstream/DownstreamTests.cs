using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mandate.Acceptance.Tests.Support;
using Mandate.Testing;
using Microsoft.AspNetCore.Http;

namespace Mandate.Acceptance.Tests.Downstream;

/// <summary>Activities that call other services, end to end: real identity provider, real HTTP, the sample a user copies from.</summary>
public sealed class DownstreamTests(DownstreamFixture fixture) : IClassFixture<DownstreamFixture>
{
    private readonly DownstreamFixture _fixture = fixture;

    [Fact]
    [Scenario("identity", 20)]
    [Scenario("identity", 21)]
    public async Task Activity_CallsTwoServices_WithATokenForEachTheUserBesideAndTheUsersTokenNowhere()
    {
        var before = _fixture.Recorder.Received.Count;

        var (answers, _, usersToken) = await _fixture.ReserveAsync("recorder", "second", "recorder", "second");

        answers.ShouldBe(["done", "done", "done", "done"]);
        var received = _fixture.Recorder.Received.Skip(before).ToList();
        received.Count.ShouldBe(4);
        foreach (var (headers, i) in received.Select((h, i) => (h, i)))
        {
            var token = headers["authorization"]["Bearer ".Length..];
            var claims = DownstreamFixture.Claims(token);
            claims.GetProperty("aud").GetString().ShouldBe(i % 2 == 0 ? "recorder" : "second");
            claims.GetProperty("sub").GetString().ShouldBe(DownstreamFixture.Client);
            headers["x-forwarded-user"].ShouldBe("alice");
            headers["x-forwarded-tenant"].ShouldBe("acme");
            headers["traceparent"].ShouldStartWith("00-");
            string.Join('\n', headers.Select(h => $"{h.Key}: {h.Value}")).ShouldNotContain(usersToken.Split('.')[2]);
        }

        // Each audience has its own token, fetched once.
        received[0]["authorization"].ShouldBe(received[2]["authorization"]);
        received[1]["authorization"].ShouldBe(received[3]["authorization"]);
        received[0]["authorization"].ShouldNotBe(received[1]["authorization"]);
        _fixture.ServiceOutput.ShouldNotContain(usersToken.Split('.')[2]);
        (await IsStoredAsync("mandate-principal")).ShouldBeTrue("the scan finds what is there");
        (await IsStoredAsync(usersToken.Split('.')[2])).ShouldBeFalse();
        (await IsStoredAsync(received[0]["authorization"].Split('.')[2])).ShouldBeFalse();
    }

    [Fact]
    [Scenario("identity", 22)]
    public async Task Service_Answers401_IsAskedOnceMoreWithANewTokenAndThenItIsTheAnswer()
    {
        var before = _fixture.Recorder.Received.Count;
        _fixture.Recorder.Status = StatusCodes.Status401Unauthorized;
        try
        {
            (await _fixture.ReserveAsync("recorder")).Answers.ShouldBe(["refused 401"]);
        }
        finally
        {
            _fixture.Recorder.Status = StatusCodes.Status200OK;
        }

        var received = _fixture.Recorder.Received.Skip(before).ToList();
        received.Count.ShouldBe(2);
        received[0]["authorization"].ShouldNotBe(received[1]["authorization"]);
        received[1]["x-forwarded-user"].ShouldBe("alice");
    }

    [Fact]
    [Scenario("identity", 23)]
    public async Task Service_RedirectsElsewhere_NothingIsSentThere()
    {
        (_fixture.Recorder.Status, _fixture.Recorder.Location) = (StatusCodes.Status307TemporaryRedirect, _fixture.Elsewhere.Address + "/reservations/chair");
        try
        {
            (await _fixture.ReserveAsync("recorder")).Answers.ShouldBe(["refused 307"]);
        }
        finally
        {
            (_fixture.Recorder.Status, _fixture.Recorder.Location) = (StatusCodes.Status200OK, null);
        }

        _fixture.Elsewhere.Received.ShouldBeEmpty();
    }

    [Fact]
    [Scenario("identity", 24)]
    public async Task SampleService_CalledByATrustedService_SeesTheUserAndTheServiceAsActor()
    {
        var (answers, _, _) = await _fixture.ReserveAsync("warehouse");

        var seen = JsonElement.Parse(answers.ShouldHaveSingleItem());
        seen.GetProperty("user").GetString().ShouldBe("alice");
        seen.GetProperty("tenant").GetString().ShouldBe("acme");
        seen.GetProperty("actor").GetString().ShouldBe($$"""{"sub":"{{DownstreamFixture.Client}}"}""");
    }

    [Fact]
    [Scenario("identity", 24)]
    public async Task SampleService_HeadersOfAnybodyElse_AreStripped()
    {
        // A user's token is no service's, whatever client it came through; a token for another audience lets nobody in.
        var user = await _fixture.Provider.UserTokenAsync("mallory", "globex", "warehouse");
        var (status, seen) = await CallAsync(user, ("X-Forwarded-User", "alice"), ("X-Forwarded-Tenant", "acme"));
        status.ShouldBe(HttpStatusCode.OK);
        JsonElement.Parse(seen).GetProperty("user").GetString().ShouldBe("mallory");
        JsonElement.Parse(seen).GetProperty("tenant").GetString().ShouldBe("globex");
        JsonElement.Parse(seen).GetProperty("actor").ValueKind.ShouldBe(JsonValueKind.Null);

        (await CallAsync(await _fixture.Provider.UserTokenAsync("mallory", "globex", "recorder"), ("X-Forwarded-User", "alice"))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await CallAsync(token: null, ("X-Forwarded-User", "alice"), ("X-Forwarded-Tenant", "acme"))).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    [Scenario("identity", 25)]
    public async Task Exchange_ProviderExchanges_TheServiceSeesTheUsersOwnTokenWithTheActor()
    {
        await _fixture.AllowExchangeAsync(allowed: true);

        var (answers, _, _) = await _fixture.ReserveAsync("exchanging", "exchanging");

        foreach (var answer in answers)
        {
            var seen = JsonElement.Parse(answer);
            seen.GetProperty("user").GetString().ShouldBe("alice");
            seen.GetProperty("tenant").GetString().ShouldBe("acme");
            seen.GetProperty("actor").GetString().ShouldBe($$"""{"sub":"{{DownstreamFixture.Client}}"}""");
        }

        answers.Count.ShouldBe(2);
        (await _fixture.Provider.RequestsAsync()).Count(r => r is { GrantType: OidcProvider.TokenExchangeGrant, Status: 200 }).ShouldBe(1, "it is kept for the user");
    }

    [Fact]
    [Scenario("identity", 25)]
    public async Task Exchange_ProviderDoesNot_FailsClearlyOrFallsBackAsConfigured()
    {
        await using var own = new DownstreamFixtureScope();
        var strict = await own.StartAsync();
        await strict.AllowExchangeAsync(allowed: false);

        var (_, failed, _) = await strict.ReserveAsync("exchanging");
        failed.GetProperty("status").GetString().ShouldBe("failed");
        var (answers, _, _) = await strict.ReserveAsync("falling-back");

        answers.Count.ShouldBe(1, strict.ServiceOutput);
        JsonElement.Parse(answers[0]).GetProperty("user").GetString().ShouldBe("alice");
        await Patience.UntilAsync(() => Task.FromResult(strict.ServiceOutput.Contains("exchanges no tokens for this client", StringComparison.Ordinal)), "the log to name the refusal");
        await Patience.UntilAsync(() => Task.FromResult(strict.ServiceOutput.Contains("the user is named in headers instead", StringComparison.Ordinal)), "the log to name the fallback");
    }

    private async Task<(HttpStatusCode Status, string Body)> CallAsync(string? token, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, _fixture.Warehouse.Urls.Single() + "/reservations/chair");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<bool> IsStoredAsync(string text)
    {
        foreach (var file in Directory.GetFiles(_fixture.DataDirectory, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory);
            if (Encoding.Latin1.GetString(memory.ToArray()).Contains(text, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>A fixture of a test's own.</summary>
    private sealed class DownstreamFixtureScope : IAsyncDisposable
    {
        private readonly DownstreamFixture _own = new();

        public async Task<DownstreamFixture> StartAsync()
        {
            await _own.InitializeAsync();
            return _own;
        }

        public async ValueTask DisposeAsync() => await _own.DisposeAsync();
    }
}
