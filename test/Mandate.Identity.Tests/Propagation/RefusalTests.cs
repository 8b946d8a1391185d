using Mandate.Protocol.Failures;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Identity.Tests.Propagation;

public sealed class RefusalTests
{
    private static readonly Principal Alice = EnvelopeFixture.Alice;

    [Fact]
    [Scenario("identity", 11)]
    public async Task Start_WithoutEnvelope_IsRefusedForGood()
    {
        await using var engine = await EngineFixture.StartAsync();

        var failure = await RefusedAsync(engine.BareClient, "bare");

        failure.Message.ShouldContain("no signed principal");
        engine.Loggers.Lines.ShouldContain(l => l.Contains("RunRefused", StringComparison.Ordinal) && l.Contains("Missing", StringComparison.Ordinal));
    }

    [Fact]
    [Scenario("identity", 11)]
    public async Task Start_WithoutEnvelopeAndSystemPrincipalAllowed_WorksForTheSystemPrincipal()
    {
        await using var engine = await EngineFixture.StartAsync(o => o with { AllowSystemPrincipal = new("system", "operations") });

        var seen = await (await engine.BareClient.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 1), EngineFixture.Start("bare"))).GetResultAsync().WithinLimit();

        seen.ShouldAllBe(line => line.EndsWith(" system@operations", StringComparison.Ordinal));
        // What is there and not good is refused all the same.
        await RefusedAsync(engine.ClientWithHeaders(_ => "forged"), "forged");
    }

    [Fact]
    [Scenario("identity", 16)]
    public async Task Start_WithTheEnvelopeOfAnotherRun_IsRefused()
    {
        await using var engine = await EngineFixture.StartAsync();
        var stolen = engine.Envelopes.Signer.SignPrincipal(Alice, "default", "run-a");
        var thief = engine.ClientWithHeaders(_ => stolen);

        (await RefusedAsync(thief, "run-b")).Message.ShouldContain("another run");

        // It is good where it belongs.
        (await (await thief.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 0), EngineFixture.Start("run-a"))).GetResultAsync().WithinLimit()).Count.ShouldBe(4);
    }

    [Fact]
    [Scenario("identity", 17)]
    public async Task Start_WithAForgedEnvelope_IsRefused()
    {
        await using var engine = await EngineFixture.StartAsync();
        using var forger = EnvelopeFixture.Create();

        (await RefusedAsync(engine.ClientWithHeaders(id => forger.Signer.SignPrincipal(Alice, "default", id)), "forged-1")).Message.ShouldContain("key");
        (await RefusedAsync(engine.ClientWithHeaders(id => engine.Envelopes.Signer.SignPrincipal(Alice, "staging", id)), "forged-2")).Message.ShouldContain("another namespace");
        (await RefusedAsync(engine.ClientWithHeaders(id => engine.Envelopes.Signer.SignPrincipal(Alice, "default", id)[..^4] + "AAAA"), "forged-3")).Message.ShouldNotBeNull();
        (await RefusedAsync(engine.ClientWithHeaders(id => engine.Envelopes.Signer.SignActor(Alice, "default", id, WorkflowMessageKind.Signal, "x")), "forged-4")).Message.ShouldNotBeNull();
        (await RefusedAsync(engine.ClientWithHeaders(_ => ""), "forged-5")).Message.ShouldNotBeNull();
    }

    [Fact]
    public async Task Start_WithAHeaderThatIsNoText_IsRefused()
    {
        await using var engine = await EngineFixture.StartAsync();
        var client = new TemporalClient(engine.BareClient.Handler, new()
        {
            Interceptors = [new HeaderInterceptor(_ => new Dictionary<string, Protocol.Api.Common.V1.Payload> { [IdentityHeaders.Principal] = new() { Data = Google.Protobuf.ByteString.CopyFrom(1, 2, 3) } })],
        });

        (await RefusedAsync(client, "binary")).Message.ShouldContain("form of a signed envelope");
    }

    [Fact]
    public async Task Start_CallersOwnHeader_IsReplacedByTheClient()
    {
        await using var engine = await EngineFixture.StartAsync();
        var mallory = engine.Envelopes.Signer.SignPrincipal(new("mallory", "umbrella"), "default", "tree");
        var client = new TemporalClient(engine.BareClient.Handler, new TemporalClientOptions
        {
            Interceptors = [new HeaderInterceptor(_ => new Dictionary<string, Protocol.Api.Common.V1.Payload> { [IdentityHeaders.Principal] = Identity.Propagation.HeaderPayload.Write(mallory) })],
        }.AddIdentityPropagation(engine.Envelopes.Signer));

        List<string> seen;
        using (Principal.Use(Alice))
            seen = await (await client.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 0), EngineFixture.Start("tree"))).GetResultAsync().WithinLimit();

        seen.ShouldAllBe(line => line.EndsWith(" alice@acme", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WorkflowSwapsTheEnvelopeOnWhatItStarts_IsReplacedByItsOwn()
    {
        await using var engine = await EngineFixture.StartAsync(worker: false);
        engine.AddWorker(inside: [new EnvelopeSwap(engine.Envelopes.Signer.SignPrincipal(new("mallory", "umbrella"), "default", "tree"))]);

        List<string> seen;
        using (Principal.Use(Alice))
            seen = await (await engine.Client.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 1), EngineFixture.Start("tree"))).GetResultAsync().WithinLimit();

        seen.ShouldAllBe(line => line.EndsWith(" alice@acme", StringComparison.Ordinal));
    }

    private static async Task<ApplicationFailureException> RefusedAsync(TemporalClient client, string id)
    {
        var handle = await client.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 0), EngineFixture.Start(id));
        var failed = await Should.ThrowAsync<WorkflowFailedException>(() => handle.GetResultAsync().WithinLimit());
        var failure = failed.InnerException.ShouldBeOfType<ApplicationFailureException>();
        failure.ErrorType.ShouldBe(IdentityFailureTypes.Refused);
        failure.NonRetryable.ShouldBeTrue();
        return failure;
    }
}
