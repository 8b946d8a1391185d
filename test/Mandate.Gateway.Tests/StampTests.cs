using Mandate.Audit;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tests;

/// <summary>What the pipeline puts on requests, whatever their sender put there.</summary>
public sealed class StampTests : IAsyncLifetime
{
    private GatewayFixture _gateway = null!;

    public async Task InitializeAsync() => _gateway = await GatewayFixture.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Start_WithoutHeaders_CarriesTheCallersSignedPrincipalAndTenant()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");

        var started = (await _gateway.HistoryAsync("order-1"))[0].WorkflowExecutionStartedEventAttributes;
        var verdict = _gateway.Verifier.Verify(GatewayFixture.Read(started.Header, IdentityHeaders.Principal), GatewayFixture.Namespace, "order-1");
        verdict.Principal!.ToString().ShouldBe("alice@acme");
        started.SearchAttributes.IndexedFields["MandateTenant"].Data.ToStringUtf8().ShouldBe("\"acme\"");
    }

    [Fact]
    [Scenario("identity", 16)]
    public async Task Start_EnvelopeOfAnotherRun_IsReplacedAndRecordedAsSpoofAttempt()
    {
        await _gateway.StartAsync(Callers.Alice, "order-a");
        var stolen = GatewayFixture.Read((await _gateway.HistoryAsync("order-a"))[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal)!;

        await _gateway.StartAsync(Callers.Carol, "order-b", r => r.Header = GatewayFixture.HeaderOf(IdentityHeaders.Principal, stolen));

        var header = (await _gateway.HistoryAsync("order-b"))[0].WorkflowExecutionStartedEventAttributes.Header;
        _gateway.Verifier.Verify(GatewayFixture.Read(header, IdentityHeaders.Principal), GatewayFixture.Namespace, "order-b").Principal!.ToString().ShouldBe("carol@globex");
        var spoof = await _gateway.LastDenialAsync("globex");
        spoof.Type.ShouldBe("identity.spoof-attempt");
        spoof.Metadata["headers"].ShouldBe(IdentityHeaders.Principal);
        spoof.Actor.Id.ShouldBe("carol");
    }

    [Fact]
    [Scenario("identity", 16)]
    public async Task Poll_RunStartedPastThePipelineWithTheEnvelopeOfAnother_EndsTheRunAndGivesNoTask()
    {
        var stolen = _gateway.Signer.SignPrincipal(Callers.Alice.Principal!, GatewayFixture.Namespace, "order-a");
        var start = GatewayFixture.StartRequest("order-b");
        start.Header = GatewayFixture.HeaderOf(IdentityHeaders.Principal, stolen);
        await _gateway.Engine.Handler.CallAsync<StartWorkflowExecutionResponse>(start);

        var task = await _gateway.PollAsync(Callers.Worker);

        task.TaskToken.IsEmpty.ShouldBeTrue();
        var failed = (await _gateway.HistoryAsync("order-b"))[^1];
        failed.EventType.ShouldBe(EventType.WorkflowExecutionFailed);
        failed.WorkflowExecutionFailedEventAttributes.Failure.ApplicationFailureInfo.Type.ShouldBe(IdentityFailureTypes.Refused);
        (await _gateway.LastDenialAsync(AuditLedger.SystemTenant)).Metadata["reason"].ShouldBe("principal:WrongRun");
    }

    [Fact]
    [Scenario("identity", 11)]
    public async Task Poll_RunStartedPastThePipelineWithoutEnvelope_IsEndedUnlessAPrincipalIsNamedForSuch()
    {
        await _gateway.Engine.Handler.CallAsync<StartWorkflowExecutionResponse>(GatewayFixture.StartRequest("bare"));
        (await _gateway.PollAsync(Callers.Worker)).TaskToken.IsEmpty.ShouldBeTrue();
        (await _gateway.HistoryAsync("bare"))[^1].EventType.ShouldBe(EventType.WorkflowExecutionFailed);

        await using var allowing = await GatewayFixture.StartAsync((_, o) => o with { SystemPrincipal = new("system", "operations") });
        await allowing.Engine.Handler.CallAsync<StartWorkflowExecutionResponse>(GatewayFixture.StartRequest("bare"));
        (await allowing.PollAsync(Callers.Worker)).TaskToken.IsEmpty.ShouldBeFalse();
    }

    [Fact]
    [Scenario("identity", 11)]
    public async Task Start_ByACallerWhoActsForNobody_IsDeniedUnlessAPrincipalIsNamedForSuch()
    {
        (await _gateway.RefusedAsync(Callers.Operator, GatewayFixture.StartRequest("order-1"))).Code.ShouldBe(RpcStatusCode.PermissionDenied);
        (await _gateway.ExistsAsync("order-1")).ShouldBeFalse();
        (await _gateway.LastDenialAsync(AuditLedger.SystemTenant)).Metadata["reason"].ShouldBe("principal-missing");

        await using var allowing = await GatewayFixture.StartAsync((_, o) => o with { SystemPrincipal = new("system", "operations") });
        await allowing.StartAsync(Callers.Operator, "order-1");
        var header = (await allowing.HistoryAsync("order-1"))[0].WorkflowExecutionStartedEventAttributes.Header;
        allowing.Verifier.Verify(GatewayFixture.Read(header, IdentityHeaders.Principal), GatewayFixture.Namespace, "order-1").Principal!.ToString().ShouldBe("system@operations");
    }

    [Fact]
    [Scenario("identity", 9)]
    public async Task Signal_ByBobOnAlicesRun_CarriesBobAndBothAreInTheLedger()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");

        await _gateway.CallAsync<SignalWorkflowExecutionResponse>(Callers.Bob, new SignalWorkflowExecutionRequest
        {
            Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = "order-1" }, SignalName = "approve",
            Header = GatewayFixture.HeaderOf(IdentityHeaders.Actor, "forged"),
        });

        var history = await _gateway.HistoryAsync("order-1");
        var header = history.Single(e => e.EventType == EventType.WorkflowExecutionSignaled).WorkflowExecutionSignaledEventAttributes.Header;
        _gateway.Verifier.VerifyActor(GatewayFixture.Read(header, IdentityHeaders.Actor), GatewayFixture.Namespace, "order-1", WorkflowMessageKind.Signal, "approve")
            .Principal!.ToString().ShouldBe("bob@acme");
        _gateway.Verifier.Verify(GatewayFixture.Read(history[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal), GatewayFixture.Namespace, "order-1")
            .Principal!.ToString().ShouldBe("alice@acme");
        var events = await _gateway.AuditAsync("acme");
        var signal = events.Single(e => e.Type == "execution.signal");
        (signal.Actor.Id, signal.Metadata["initiator"], signal.Metadata["signal"]).ShouldBe(("bob", "alice", "approve"));
        events.ShouldContain(e => e.Type == "identity.spoof-attempt" && e.Actor.Id == "bob");
    }

    [Fact]
    [Scenario("identity", 9)]
    public async Task CancelAndTerminate_ByBobOnAlicesRun_NameBobInHistoryAndLedger()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");

        await _gateway.CallAsync<RequestCancelWorkflowExecutionResponse>(Callers.Bob, new RequestCancelWorkflowExecutionRequest
        {
            Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = "order-1" }, Identity = "alice@acme",
        });
        await _gateway.CallAsync<TerminateWorkflowExecutionResponse>(Callers.Bob, new TerminateWorkflowExecutionRequest
        {
            Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = "order-1" }, Identity = "alice@acme",
        });

        var history = await _gateway.HistoryAsync("order-1");
        history.Single(e => e.EventType == EventType.WorkflowExecutionCancelRequested).WorkflowExecutionCancelRequestedEventAttributes.Identity.ShouldBe("bob@acme");
        history.Single(e => e.EventType == EventType.WorkflowExecutionTerminated).WorkflowExecutionTerminatedEventAttributes.Identity.ShouldBe("bob@acme");
        (await _gateway.AuditAsync("acme")).Where(e => e.Actor.Id == "bob" && e.Metadata["initiator"] == "alice").Select(e => e.Type)
            .ShouldBe(["execution.cancel.requested", "execution.cancel", "execution.terminate.requested", "execution.terminate"]);
    }

    [Fact]
    [Scenario("identity", 10)]
    public async Task SignalWithStart_AndUpdateWithStart_FixTheCallerToTheNewRun()
    {
        await _gateway.CallAsync<SignalWithStartWorkflowExecutionResponse>(Callers.Alice, new SignalWithStartWorkflowExecutionRequest
        {
            Namespace = GatewayFixture.Namespace, WorkflowId = "order-1", WorkflowType = new() { Name = "Order" }, TaskQueue = new() { Name = GatewayFixture.Queue }, SignalName = "go",
        });
        using var patience = new CancellationTokenSource();
        var update = _gateway.CallAsync<ExecuteMultiOperationResponse>(Callers.Bob, MultiRequest("order-2"), cancellation: patience.Token);
        await Eventually.BecomesAsync(() => _gateway.ExistsAsync("order-2"));

        foreach (var (id, who) in ((string, string)[])[("order-1", "alice@acme"), ("order-2", "bob@acme")])
        {
            var started = (await _gateway.HistoryAsync(id))[0].WorkflowExecutionStartedEventAttributes;
            _gateway.Verifier.Verify(GatewayFixture.Read(started.Header, IdentityHeaders.Principal), GatewayFixture.Namespace, id).Principal!.ToString().ShouldBe(who);
        }

        var signal = (await _gateway.HistoryAsync("order-1")).Single(e => e.EventType == EventType.WorkflowExecutionSignaled).WorkflowExecutionSignaledEventAttributes;
        _gateway.Verifier.VerifyActor(GatewayFixture.Read(signal.Header, IdentityHeaders.Actor), GatewayFixture.Namespace, "order-1", WorkflowMessageKind.Signal, "go").IsAccepted.ShouldBeTrue();
        await patience.CancelAsync();
        await Record.ExceptionAsync(() => update);
    }

    [Fact]
    public async Task MultiOperation_OperationsThatNameAnotherNamespaceAndWorkflow_StayWithinWhatWasJudged()
    {
        await _gateway.StartAsync(Callers.Carol, "victim");
        var request = MultiRequest("mine");
        request.Operations[0].StartWorkflow.Namespace = "other";
        request.Operations[1].UpdateWorkflow.WorkflowExecution.WorkflowId = "victim";
        using var patience = new CancellationTokenSource();

        var update = _gateway.CallAsync<ExecuteMultiOperationResponse>(Callers.Alice, request, cancellation: patience.Token);
        await Eventually.BecomesAsync(() => _gateway.ExistsAsync("mine"));

        await patience.CancelAsync();
        await Record.ExceptionAsync(() => update);
        (await _gateway.HistoryAsync("victim")).Select(e => e.EventType).ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled]);
    }

    [Fact]
    public async Task Start_SetsTheTenantItself_IsStrippedAndRecorded()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1", r => r.SearchAttributes = new() { IndexedFields = { ["MandateTenant"] = GatewayFixture.Text("globex") } });

        (await _gateway.HistoryAsync("order-1"))[0].WorkflowExecutionStartedEventAttributes.SearchAttributes.IndexedFields["MandateTenant"].Data.ToStringUtf8().ShouldBe("\"acme\"");
        (await _gateway.LastDenialAsync("acme")).Metadata["headers"].ShouldBe("MandateTenant");
    }

    private static ExecuteMultiOperationRequest MultiRequest(string id)
    {
        var start = GatewayFixture.StartRequest(id);
        start.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        return new()
        {
            Namespace = GatewayFixture.Namespace,
            Operations =
            {
                new ExecuteMultiOperationRequest.Types.Operation { StartWorkflow = start },
                new ExecuteMultiOperationRequest.Types.Operation
                {
                    UpdateWorkflow = new()
                    {
                        Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = id },
                        Request = new() { Meta = new() { UpdateId = "u1" }, Input = new() { Name = "change" } },
                        WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Accepted },
                    },
                },
            },
        };
    }
}
