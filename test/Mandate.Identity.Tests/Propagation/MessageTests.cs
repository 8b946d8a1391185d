using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Identity.Tests.Propagation;

public sealed class MessageTests
{
    private static readonly Principal Alice = EnvelopeFixture.Alice;
    private static readonly Principal Bob = EnvelopeFixture.Bob;

    [Fact]
    [Scenario("identity", 9)]
    public async Task Signal_ByBobOnAlicesRun_ActsAsBobForAlice()
    {
        await using var engine = await EngineFixture.StartAsync();
        var handle = await StartAsync(engine, "approval");

        await NoteAsync(handle, Bob, "first");
        await NoteAsync(handle, Alice, "second");

        (await EndAsync(handle)).Order().ShouldBe(["end alice@acme alice@acme", "first alice@acme bob@acme", "second alice@acme alice@acme"]);
    }

    [Fact]
    public async Task Signal_UnsignedForgedOrForeign_IsDroppedAndTheRunGoesOn()
    {
        await using var engine = await EngineFixture.StartAsync();
        using var forger = EnvelopeFixture.Create();
        var handle = await StartAsync(engine, "approval");

        await engine.BareClient.GetWorkflowHandle<ApprovalWorkflow>("approval").SignalAsync(wf => wf.NoteAsync("unsigned"));
        await NoteAsync(handle, new("carol", "umbrella"), "of another tenant");
        await SignalAsync(forger.Signer.SignActor(Bob, "default", "approval", WorkflowMessageKind.Signal, "Note"), "forged");
        await SignalAsync(engine.Envelopes.Signer.SignActor(Bob, "default", "other", WorkflowMessageKind.Signal, "Note"), "meant for another run");
        await SignalAsync(engine.Envelopes.Signer.SignActor(Bob, "default", "approval", WorkflowMessageKind.Signal, "End"), "meant for another signal");
        await SignalAsync(engine.Envelopes.Signer.SignActor(Bob, "staging", "approval", WorkflowMessageKind.Signal, "Note"), "meant for another namespace");
        await SignalAsync(engine.Envelopes.Signer.SignActor(Bob, "default", "approval", WorkflowMessageKind.Signal, "Note"), "good");

        (await EndAsync(handle)).Order().ShouldBe(["end alice@acme alice@acme", "good alice@acme bob@acme"]);
        foreach (var refusal in (string[])["Missing", "WrongTenant", "UnknownKey", "WrongMessage", "WrongNamespace"])
            engine.Loggers.Lines.ShouldContain(l => l.Contains("MessageRefused", StringComparison.Ordinal) && l.Contains(refusal, StringComparison.Ordinal));

        Task SignalAsync(string statement, string note)
        {
            var client = new TemporalClient(engine.BareClient.Handler, new()
            {
                Interceptors = [new HeaderInterceptor(_ => new Dictionary<string, Protocol.Api.Common.V1.Payload> { [IdentityHeaders.Actor] = Identity.Propagation.HeaderPayload.Write(statement) })],
            });
            return client.GetWorkflowHandle<ApprovalWorkflow>("approval").SignalAsync(wf => wf.NoteAsync(note));
        }
    }

    [Fact]
    public async Task Signal_UnsignedAndAllowed_IsDelivered()
    {
        await using var engine = await EngineFixture.StartAsync(o => o with { AllowUnsignedMessages = true });
        var handle = await StartAsync(engine, "approval");

        await engine.BareClient.GetWorkflowHandle<ApprovalWorkflow>("approval").SignalAsync(wf => wf.NoteAsync("unsigned"));

        (await EndAsync(handle)).ShouldContain("unsigned alice@acme alice@acme");
    }

    [Fact]
    [Scenario("identity", 10)]
    public async Task UpdateWithStart_ByBob_StartsForBobAndUpdatesAsWhoeverSends()
    {
        await using var engine = await EngineFixture.StartAsync();

        (await AddAsync(Bob)).ShouldBe("for bob@acme by bob@acme");
        // The run is there: it stays bob's, and the update is alice's.
        (await AddAsync(Alice)).ShouldBe("for bob@acme by alice@acme");
        (await Should.ThrowAsync<WorkflowUpdateFailedException>(() => AddAsync(new("carol", "umbrella")))).InnerException!.Message.ShouldContain("another tenant");

        async Task<string> AddAsync(Principal who)
        {
            using (Principal.Use(who))
            {
                var handle = await engine.Client.StartUpdateWithStartWorkflowAsync<string>("Add", [], new()
                {
                    Workflow = "AddingWorkflow",
                    Start = EngineFixture.Start("adding") with { IdConflictPolicy = Protocol.Api.Enums.V1.WorkflowIdConflictPolicy.UseExisting },
                });
                return await handle.GetResultAsync().WithinLimit();
            }
        }
    }

    [Fact]
    [Scenario("identity", 10)]
    public async Task SignalWithStart_ByBob_StartsForBobAndActsAsBob()
    {
        await using var engine = await EngineFixture.StartAsync();

        WorkflowHandle<ApprovalWorkflow, List<string>> handle;
        using (Principal.Use(Bob))
        {
            handle = await engine.Client.StartWorkflowAsync(
                (ApprovalWorkflow wf) => wf.RunAsync(), EngineFixture.Start("approval").SignalWithStart((ApprovalWorkflow wf) => wf.NoteAsync("started")));
        }

        // The run is there: only the signal of the second call is delivered, and alice is not its initiator.
        using (Principal.Use(Alice))
            await engine.Client.StartWorkflowAsync((ApprovalWorkflow wf) => wf.RunAsync(), EngineFixture.Start("approval").SignalWithStart((ApprovalWorkflow wf) => wf.NoteAsync("joined")));

        (await EndAsync(handle)).Order().ShouldBe(["end bob@acme bob@acme", "joined bob@acme alice@acme", "started bob@acme bob@acme"]);
    }

    [Fact]
    public async Task Signal_FromAnotherWorkflow_ActsAsThatTreesUserWithinTheTenant()
    {
        await using var engine = await EngineFixture.StartAsync();
        var handle = await StartAsync(engine, "approval");

        foreach (var sender in (Principal[])[new("carol", "umbrella"), Bob])
        {
            using (Principal.Use(sender))
                await (await engine.Client.StartWorkflowAsync((NotifyingWorkflow wf) => wf.RunAsync("approval"), EngineFixture.Start($"by-{sender.UserId}"))).GetResultAsync().WithinLimit();
        }

        (await EndAsync(handle)).Order().ShouldBe(["end alice@acme alice@acme", "from a workflow alice@acme bob@acme"]);
    }

    private static async Task<WorkflowHandle<ApprovalWorkflow, List<string>>> StartAsync(EngineFixture engine, string id)
    {
        using (Principal.Use(Alice))
            return await engine.Client.StartWorkflowAsync((ApprovalWorkflow wf) => wf.RunAsync(), EngineFixture.Start(id));
    }

    private static async Task NoteAsync(WorkflowHandle<ApprovalWorkflow, List<string>> handle, Principal sender, string note)
    {
        using (Principal.Use(sender))
            await handle.SignalAsync(wf => wf.NoteAsync(note));
    }

    private static async Task<List<string>> EndAsync(WorkflowHandle<ApprovalWorkflow, List<string>> handle)
    {
        using (Principal.Use(Alice))
            await handle.SignalAsync(wf => wf.EndAsync());
        return await handle.GetResultAsync().WithinLimit();
    }
}
