using Mandate.Audit;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tests;

/// <summary>What workers of any SDK may answer: commands carry the run's own principal, and reach no other tenant.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private GatewayFixture _gateway = null!;

    public static TheoryData<string, Command> Forgeries()
    {
        var forged = GatewayFixture.HeaderOf(IdentityHeaders.Principal, "eyJhbGciOiJub25lIn0.e30.AA");
        return new()
        {
            { "activity", GatewayFixture.Activity(forged) },
            { "child", GatewayFixture.Child("child-1", forged) },
            { "continue-as-new", GatewayFixture.ContinueAsNew(forged) },
            { "external signal", GatewayFixture.SignalOther("order-2", forged) },
            { "external signal with a sender of its own", GatewayFixture.SignalOther("order-2", GatewayFixture.HeaderOf(IdentityHeaders.Actor, "somebody")) },
            { "another spelling", GatewayFixture.Activity(GatewayFixture.HeaderOf("Mandate-Principal", "x")) },
            {
                "tenant",
                new Command
                {
                    CommandType = CommandType.UpsertWorkflowSearchAttributes,
                    UpsertWorkflowSearchAttributesCommandAttributes = new() { SearchAttributes = new() { IndexedFields = { ["MandateTenant"] = GatewayFixture.Text("globex") } } },
                }
            },
        };
    }

    public async Task InitializeAsync() => _gateway = await GatewayFixture.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [MemberData(nameof(Forgeries))]
    [Scenario("identity", 15)]
    public async Task Complete_CommandWithAnotherPrincipal_FailsTheTaskAndIsRecorded(string what, Command command)
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var task = await _gateway.PollAsync(Callers.Worker);

        var error = await _gateway.RefusedAsync(Callers.Worker, GatewayFixture.Completion(task, command));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument, what);
        var history = await _gateway.HistoryAsync("order-1");
        var failed = history.Single(e => e.EventType == EventType.WorkflowTaskFailed).WorkflowTaskFailedEventAttributes;
        (failed.Failure.ApplicationFailureInfo.Type, failed.Failure.ApplicationFailureInfo.NonRetryable).ShouldBe((IdentityFailureTypes.Refused, true));
        failed.Failure.Message.ShouldContain("Command 1");
        history.ShouldNotContain(e => e.EventType == EventType.ActivityTaskScheduled || e.EventType == EventType.StartChildWorkflowExecutionInitiated
            || e.EventType == EventType.SignalExternalWorkflowExecutionInitiated || e.EventType == EventType.WorkflowExecutionContinuedAsNew);
        var denial = await _gateway.LastDenialAsync("acme");
        (denial.Actor.Type, denial.Actor.Id).ShouldBe(("workflow", "order-1"));
        denial.Metadata["reason"].ShouldBeOneOf("principal-forged", "tenant-forged");
        denial.Metadata["worker"].ShouldBe("worker-1");
    }

    [Fact]
    [Scenario("identity", 15)]
    public async Task Complete_PrincipalOfAnotherRunOfTheSameUser_FailsTheTask()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var other = _gateway.Signer.SignPrincipal(Callers.Alice.Principal!, GatewayFixture.Namespace, "order-2");
        var task = await _gateway.PollAsync(Callers.Worker);

        await _gateway.RefusedAsync(Callers.Worker, GatewayFixture.Completion(task, GatewayFixture.Child("child-1", GatewayFixture.HeaderOf(IdentityHeaders.Principal, other))));

        (await _gateway.ExistsAsync("child-1")).ShouldBeFalse();
        (await _gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("principal-forged");
    }

    [Fact]
    public async Task Complete_WorkerWithoutInterceptors_WhatItStartsCarriesTheRunsPrincipal()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var envelope = GatewayFixture.Read((await _gateway.HistoryAsync("order-1"))[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal);

        await _gateway.CompleteAsync(Callers.Worker, await _gateway.PollAsync(Callers.Worker), GatewayFixture.Activity(), GatewayFixture.Child("child-1"));

        var activity = await _gateway.PollActivityAsync(Callers.Worker);
        GatewayFixture.Read(activity.Header, IdentityHeaders.Principal).ShouldBe(envelope);
        var child = await _gateway.PollAsync(Callers.Worker, "children");
        GatewayFixture.Read(child.History.Events[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal).ShouldBe(envelope);
        child.History.Events[0].WorkflowExecutionStartedEventAttributes.SearchAttributes.IndexedFields.ShouldContainKey("MandateTenant");
        (await _gateway.AuditAsync("acme")).ShouldContain(e => e.Type == "execution.start.requested" && e.Action == "start-child" && e.Actor.Type == "workflow" && e.Resource.Id == "child-1");

        // And a level deeper.
        await _gateway.CompleteAsync(Callers.Worker, child, GatewayFixture.Child("grandchild-1"));
        var grandchild = await _gateway.PollAsync(Callers.Worker, "children");
        GatewayFixture.Read(grandchild.History.Events[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal).ShouldBe(envelope);
    }

    [Fact]
    [Scenario("identity", 7)]
    public async Task Complete_ContinueAsNewThreeTimes_KeepsPrincipalAndTenant()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var envelope = GatewayFixture.Read((await _gateway.HistoryAsync("order-1"))[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal);

        for (var i = 0; i < 3; i++)
            await _gateway.CompleteAsync(Callers.Worker, await _gateway.PollAsync(Callers.Worker), GatewayFixture.ContinueAsNew());

        var started = (await _gateway.PollAsync(Callers.Worker)).History.Events[0].WorkflowExecutionStartedEventAttributes;
        GatewayFixture.Read(started.Header, IdentityHeaders.Principal).ShouldBe(envelope);
        started.SearchAttributes.IndexedFields["MandateTenant"].Data.ToStringUtf8().ShouldBe("\"acme\"");
        var list = await _gateway.CallAsync<ListWorkflowExecutionsResponse>(Callers.Alice, new ListWorkflowExecutionsRequest { Namespace = GatewayFixture.Namespace });
        list.Executions.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Complete_SignalToAnotherRunOfTheTenant_NamesTheSendingWorkflow()
    {
        await _gateway.StartAsync(Callers.Bob, "receiver", r => r.TaskQueue.Name = "elsewhere");
        var runId = await _gateway.StartAsync(Callers.Alice, "sender");
        var own = GatewayFixture.Read((await _gateway.HistoryAsync("sender"))[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal)!;

        // As a worker with identity propagation sends it: with the principal of its tree.
        await _gateway.CompleteAsync(
            Callers.Worker, await _gateway.PollAsync(Callers.Worker), GatewayFixture.SignalOther("receiver", GatewayFixture.HeaderOf(IdentityHeaders.Principal, own)));

        await Eventually.BecomesAsync(async () => (await _gateway.HistoryAsync("receiver")).Any(e => e.EventType == EventType.WorkflowExecutionSignaled));
        var header = (await _gateway.HistoryAsync("receiver")).Single(e => e.EventType == EventType.WorkflowExecutionSignaled).WorkflowExecutionSignaledEventAttributes.Header;
        var verdict = _gateway.Verifier.VerifyActor(GatewayFixture.Read(header, IdentityHeaders.Actor), GatewayFixture.Namespace, "receiver", WorkflowMessageKind.Signal, "poke");
        verdict.Principal!.UserId.ShouldBe("alice");
        verdict.Sender.ShouldBe(new WorkflowSender("sender", runId, "sender"));
        header.Fields.ShouldNotContainKey(IdentityHeaders.Principal);
    }

    [Fact]
    [Scenario("identity", 18)]
    public async Task Complete_SignalOrCancelToAnotherTenantsRun_ReachesNobodyAndIsRecorded()
    {
        await _gateway.StartAsync(Callers.Carol, "victim", r => r.TaskQueue.Name = "elsewhere");
        await _gateway.StartAsync(Callers.Alice, "order-1");

        await _gateway.CompleteAsync(Callers.Worker, await _gateway.PollAsync(Callers.Worker), GatewayFixture.SignalOther("victim"), GatewayFixture.CancelOther("victim"));

        await Eventually.BecomesAsync(async () => (await _gateway.HistoryAsync("order-1")).Count(e =>
            e.EventType is EventType.SignalExternalWorkflowExecutionFailed or EventType.RequestCancelExternalWorkflowExecutionFailed) == 2);
        (await _gateway.HistoryAsync("victim")).Select(e => e.EventType).ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled]);
        var denials = (await _gateway.AuditAsync("acme")).Where(e => e.Result == AuditResult.Denied).ToList();
        denials.Select(d => d.Type).ShouldBe(["execution.signal", "execution.cancel"], ignoreOrder: true);
        denials.ShouldAllBe(d => d.Resource.Id == "victim" && d.Actor.Id == "order-1" && d.Metadata["reason"] == "execution-of-another-tenant");
    }

    [Fact]
    [Scenario("identity", 18)]
    public async Task Complete_ChildWithTheIdOfAnotherTenantsRun_FailsAsTakenAndLeavesTheOtherAlone()
    {
        await _gateway.StartAsync(Callers.Carol, "victim", r => r.TaskQueue.Name = "elsewhere");
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var child = GatewayFixture.Child("victim");
        child.StartChildWorkflowExecutionCommandAttributes.WorkflowIdReusePolicy = WorkflowIdReusePolicy.TerminateIfRunning;

        await _gateway.CompleteAsync(Callers.Worker, await _gateway.PollAsync(Callers.Worker), child);

        await Eventually.BecomesAsync(async () => (await _gateway.HistoryAsync("order-1")).Any(e => e.EventType == EventType.StartChildWorkflowExecutionFailed));
        (await _gateway.HistoryAsync("victim")).Select(e => e.EventType).ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled]);
        (await _gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("workflow-id-of-another-tenant");
    }

    [Theory]
    [InlineData(CommandType.ScheduleNexusOperation)]
    [InlineData((CommandType)9999)]
    [InlineData(CommandType.StartTimer)]
    public async Task Complete_CommandNobodyKnowsOrWithoutItsAttributes_IsRefused(CommandType type)
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var task = await _gateway.PollAsync(Callers.Worker);

        (await _gateway.RefusedAsync(Callers.Worker, GatewayFixture.Completion(task, new Command { CommandType = type }))).Code.ShouldBe(RpcStatusCode.InvalidArgument);

        (await _gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("command-unknown");
    }

    [Fact]
    public async Task Complete_CommandToAnotherNamespace_IsRefused()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var child = GatewayFixture.Child("child-1");
        child.StartChildWorkflowExecutionCommandAttributes.Namespace = "other";

        await _gateway.RefusedAsync(Callers.Worker, GatewayFixture.Completion(await _gateway.PollAsync(Callers.Worker), child));

        (await _gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("command-to-another-namespace");
    }
}
