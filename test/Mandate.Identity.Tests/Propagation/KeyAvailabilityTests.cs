using System.Net;
using Mandate.Identity.Keys;
using Mandate.Identity.Propagation;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker;
using Mandate.Testing;

namespace Mandate.Identity.Tests.Propagation;

public sealed class KeyAvailabilityTests
{
    private static readonly Principal Alice = EnvelopeFixture.Alice;

    [Fact]
    public async Task Start_KeysCannotBeFetchedAtFirst_WaitsForThemInsteadOfRefusing()
    {
        await using var engine = await EngineFixture.StartAsync(worker: false);
        var clock = new ManualTimeProvider();
        var reachable = false;
        using var http = new ScriptedHttpHandler(_ => reachable ? ScriptedHttpHandler.Json(engine.Envelopes.Ring.ToJsonWebKeySet()) : new(HttpStatusCode.ServiceUnavailable));
        using var keys = new RemoteKeySet(new("https://mandate.example/jwks"), http, clock);
        engine.AddWorker(o => o with { Verifier = new(keys) });

        WorkflowHandle<TreeWorkflow, List<string>> handle;
        using (Principal.Use(Alice))
            handle = await engine.Client.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 0), EngineFixture.Start("tree") with { TaskTimeout = TimeSpan.FromSeconds(1) });
        await Eventually.BecomesAsync(() => engine.Loggers.Lines.Any(l => l.Contains(nameof(PrincipalKeysUnavailableException), StringComparison.Ordinal)));
        reachable = true;
        clock.Advance(RemoteKeySet.MinimumInterval);

        (await handle.GetResultAsync().WithinLimit()).ShouldAllBe(line => line.EndsWith(" alice@acme", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replay_KeysWereRotated_ComesToTheSameVerdict()
    {
        await using var engine = await EngineFixture.StartAsync();
        var history = await CompletedAsync(engine);
        await engine.Envelopes.Ring.RotateAsync();

        await Replayer(engine.Envelopes.Verifier).ReplayWorkflowAsync(history);
    }

    [Fact]
    public async Task Replay_KeyWasRemovedTooEarly_FailsTheTaskAndSaysSo()
    {
        await using var engine = await EngineFixture.StartAsync();
        var history = await CompletedAsync(engine);
        await engine.Envelopes.Ring.RotateAsync();
        await engine.Envelopes.Ring.RemoveAsync(engine.Envelopes.Ring.KeyIds[0]);

        var result = await Replayer(engine.Envelopes.Verifier).ReplayWorkflowAsync(history, throwOnReplayFailure: false);

        result.ReplayFailure.ShouldNotBeNull().ToString().ShouldContain("still holds the keys of open runs");
    }

    [Fact]
    public async Task Replay_RunThatWasRefused_IsRefusedAgain()
    {
        await using var engine = await EngineFixture.StartAsync();
        var handle = await engine.BareClient.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 0), EngineFixture.Start("tree"));
        (await Should.ThrowAsync<WorkflowFailedException>(() => handle.GetResultAsync().WithinLimit())).InnerException.ShouldBeOfType<ApplicationFailureException>();

        await Replayer(engine.Envelopes.Verifier).ReplayWorkflowAsync(await handle.FetchHistoryAsync());
    }

    private static async Task<WorkflowHistory> CompletedAsync(EngineFixture engine)
    {
        WorkflowHandle<TreeWorkflow, List<string>> handle;
        using (Principal.Use(Alice))
            handle = await engine.Client.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 0), EngineFixture.Start("tree"));
        await handle.GetResultAsync().WithinLimit();
        return await handle.FetchHistoryAsync();
    }

    private static WorkflowReplayer Replayer(PrincipalVerifier verifier) => new(new WorkflowReplayerOptions
    {
        Namespace = "default",
        Interceptors = [new IdentityWorkerInterceptor(new() { Verifier = verifier })],
    }.AddWorkflow<TreeWorkflow>());
}
