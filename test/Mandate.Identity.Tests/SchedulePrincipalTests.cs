using Mandate.Testing;

namespace Mandate.Identity.Tests;

/// <summary>A schedule's identity, at the border to an engine that has schedules.</summary>
public sealed class SchedulePrincipalTests : IDisposable
{
    private readonly EnvelopeFixture _envelopes = EnvelopeFixture.Create();
    private readonly Standing _standing = new();

    private SchedulePrincipal Schedules => new(_envelopes.Signer, _envelopes.Verifier, _standing);

    public void Dispose() => _envelopes.Dispose();

    [Fact]
    [Scenario("identity", 8)]
    public async Task Start_RunsOfAlicesSchedule_ActForAliceAsOwnerByTheScheduleUntilSheIsRevoked()
    {
        var statement = Schedules.Own(EnvelopeFixture.Alice, "default", "nightly");

        foreach (var workflowId in (string[])["report-2026-03-04T00:00:00Z", "report-2026-03-05T00:00:00Z"])
        {
            var (_, envelope) = await Schedules.StartAsync(statement, "default", "nightly", workflowId);
            var run = _envelopes.Verifier.Verify(envelope, "default", workflowId);
            (run.Principal!.UserId, run.Principal.TenantId, run.Principal.Actor).ShouldBe(("alice", "acme", "schedule:nightly"));
            _envelopes.Verifier.Verify(envelope, "default", "another-run").Refusal.ShouldBe(PrincipalRefusal.WrongRun);
        }

        _standing.Revoked.Add("alice");
        var (denied, none) = await Schedules.StartAsync(statement, "default", "nightly", "report-2026-03-06T00:00:00Z");

        denied.Refusal.ShouldBe(PrincipalRefusal.Revoked);
        none.ShouldBeNull();
    }

    [Fact]
    [Scenario("identity", 8)]
    public async Task Start_StatementOfAnotherScheduleNamespaceOrKind_IsRefused()
    {
        var statement = Schedules.Own(EnvelopeFixture.Alice, "default", "nightly");

        (await RefusalAsync(statement, "default", "hourly")).ShouldBe(PrincipalRefusal.WrongMessage);
        (await RefusalAsync(statement, "staging", "nightly")).ShouldBe(PrincipalRefusal.WrongNamespace);
        (await RefusalAsync(null, "default", "nightly")).ShouldBe(PrincipalRefusal.Missing);
        (await RefusalAsync(_envelopes.Signer.SignPrincipal(EnvelopeFixture.Alice, "default", "nightly"), "default", "nightly")).ShouldBe(PrincipalRefusal.Malformed);
        (await RefusalAsync(_envelopes.Signer.SignActor(EnvelopeFixture.Alice, "default", "nightly", WorkflowMessageKind.Signal, "schedule"), "default", "nightly")).ShouldBe(PrincipalRefusal.WrongMessage);

        async Task<PrincipalRefusal?> RefusalAsync(string? text, string @namespace, string scheduleId) => (await Schedules.StartAsync(text, @namespace, scheduleId, "run")).Verdict.Refusal;
    }

    private sealed class Standing : IPrincipalStanding
    {
        public HashSet<string> Revoked { get; } = [];

        public ValueTask<bool> MayActAsync(Principal principal, CancellationToken cancellation) => new(!Revoked.Contains(principal.UserId));
    }
}
