using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>Starts: request ids, conflict and reuse policies, delays, continuations, retries, cron, signal-with-start.</summary>
public sealed class StartTests
{
    // A start is repeated when its answer was lost, as a parent does after a crash; meanwhile the run may have gone on in another one.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_RepeatedAfterTheRunContinued_FindsItsOwnRun(bool restart)
    {
        await using var host = await EngineHost.StartAsync();
        var first = await host.StartAsync("order", r => r.RequestId = "once");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.ContinueAsNew());
        if (restart)
            await host.RestartAsync();

        (await host.StartAsync("order", r => r.RequestId = "once")).ShouldBe(first);
        (await Should.ThrowAsync<RpcException>(() => host.StartAsync("order", r => r.RequestId = "another"))).Code.ShouldBe(RpcStatusCode.AlreadyExists);
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        (await host.StartAsync("order", r => r.RequestId = "once")).ShouldBe(first);
    }

    [Fact]
    public async Task Start_RepeatedWithTheSameRequestId_FindsTheFirstRun()
    {
        await using var host = await EngineHost.StartAsync();
        var request = EngineHost.StartRequest("order");
        var first = await host.CallAsync<StartWorkflowExecutionResponse>(request);
        var again = await host.CallAsync<StartWorkflowExecutionResponse>(request.Clone());
        again.RunId.ShouldBe(first.RunId);
        again.Started.ShouldBeTrue();
        await host.RestartAsync();
        (await host.CallAsync<StartWorkflowExecutionResponse>(request.Clone())).RunId.ShouldBe(first.RunId);
    }

    [Fact]
    public async Task Start_OfARunningId_IsRefusedWithTheRunningRun()
    {
        await using var host = await EngineHost.StartAsync();
        var runId = await host.StartAsync("order", r => r.RequestId = "first");
        var error = await Should.ThrowAsync<RpcException>(() => host.StartAsync("order"));
        error.Code.ShouldBe(RpcStatusCode.AlreadyExists);
        var detail = error.Details.OfType<WorkflowExecutionAlreadyStartedFailure>().Single();
        detail.RunId.ShouldBe(runId);
        detail.StartRequestId.ShouldBe("first");
    }

    [Fact]
    public async Task Start_UsingTheExisting_AnswersItsRun()
    {
        await using var host = await EngineHost.StartAsync();
        var runId = await host.StartAsync("order");
        var request = EngineHost.StartRequest("order");
        request.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        var answer = await host.CallAsync<StartWorkflowExecutionResponse>(request);
        answer.RunId.ShouldBe(runId);
        answer.Started.ShouldBeFalse();
    }

    [Fact]
    public async Task Start_TerminatingTheExisting_EndsItInTheSameCommit()
    {
        await using var host = await EngineHost.StartAsync();
        var first = await host.StartAsync("order");
        var before = host.Engine.Core.Store.Writer.Units;
        var second = await host.StartAsync("order", r => r.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.TerminateExisting);
        (host.Engine.Core.Store.Writer.Units - before).ShouldBe(1);
        second.ShouldNotBe(first);
        (await host.DescribeAsync("order", first)).WorkflowExecutionInfo.Status.ShouldBe(WorkflowExecutionStatus.Terminated);
        (await host.DescribeAsync("order")).WorkflowExecutionInfo.Execution.RunId.ShouldBe(second);
    }

    [Theory]
    [InlineData(WorkflowIdReusePolicy.Unspecified, true, true)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, true, true)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, false, true)]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate, false, false)]
    public async Task Start_AfterAClosedRun_FollowsTheReusePolicy(WorkflowIdReusePolicy policy, bool afterCompleted, bool afterFailed)
    {
        await using var host = await EngineHost.StartAsync();
        foreach (var (id, command, allowed) in new[] { ("completed", Commands.Complete(), afterCompleted), ("failed", Commands.Fail(), afterFailed) })
        {
            await host.StartAsync(id);
            await host.CompleteAsync(await host.NextTaskAsync(), command);
            var start = host.StartAsync(id, r =>
            {
                r.WorkflowIdReusePolicy = policy;
                r.TaskQueue.Name = "elsewhere";
            });
            if (allowed)
                await start;
            else
                (await Should.ThrowAsync<RpcException>(() => start)).Code.ShouldBe(RpcStatusCode.AlreadyExists);
        }
    }

    [Fact]
    public async Task Start_WithADelay_HoldsTheFirstTaskBack()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order", r => r.WorkflowStartDelay = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)));
        (await host.TypesAsync("order")).ShouldBe([EventType.WorkflowExecutionStarted]);
        host.Time.Advance(TimeSpan.FromMinutes(5));
        var task = await host.NextTaskAsync();
        task.History.Events[0].WorkflowExecutionStartedEventAttributes.FirstWorkflowTaskBackoff.ToTimeSpan().ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Start_Eagerly_BringsTheFirstTaskWithTheAnswer()
    {
        await using var host = await EngineHost.StartAsync();
        var before = host.Engine.Core.Store.Writer.Units;
        var request = EngineHost.StartRequest("order");
        request.RequestEagerExecution = true;
        var answer = await host.CallAsync<StartWorkflowExecutionResponse>(request);
        (host.Engine.Core.Store.Writer.Units - before).ShouldBe(1);
        answer.EagerWorkflowTask.History.Events.Select(e => e.EventType).ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted]);
        answer.EagerWorkflowTask.History.Events[0].WorkflowExecutionStartedEventAttributes.EagerExecutionAccepted.ShouldBeTrue();
        host.Backlog("orders", activity: false).ShouldBe(0);
        await host.CompleteAsync(answer.EagerWorkflowTask, Commands.Complete());
        (await host.StatusAsync("order")).ShouldBe(WorkflowExecutionStatus.Completed);
    }

    [Fact]
    public async Task Start_EagerlyWithADelay_BringsNoTask()
    {
        await using var host = await EngineHost.StartAsync();
        var request = EngineHost.StartRequest("order");
        request.RequestEagerExecution = true;
        request.WorkflowStartDelay = Duration.FromTimeSpan(TimeSpan.FromMinutes(5));
        (await host.CallAsync<StartWorkflowExecutionResponse>(request)).EagerWorkflowTask.ShouldBeNull();
        (await host.HistoryAsync("order"))[0].WorkflowExecutionStartedEventAttributes.EagerExecutionAccepted.ShouldBeFalse();
    }

    [Fact]
    public async Task Signal_DuringAStartDelay_EndsIt()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order", r => r.WorkflowStartDelay = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)));
        await host.SignalAsync("order");
        (await host.NextTaskAsync()).History.Events.Select(e => e.EventType).ShouldContain(EventType.WorkflowExecutionSignaled);
    }

    [Fact]
    public async Task SignalWithStart_OfANewId_IsStartedSignaledScheduled()
    {
        await using var host = await EngineHost.StartAsync();
        var request = SignalWithStart("order");
        var answer = await host.CallAsync<SignalWithStartWorkflowExecutionResponse>(request);
        answer.Started.ShouldBeTrue();
        (await host.TypesAsync("order")).ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowExecutionSignaled, EventType.WorkflowTaskScheduled]);
        (await host.CallAsync<SignalWithStartWorkflowExecutionResponse>(request.Clone())).RunId.ShouldBe(answer.RunId);
        (await host.TypesAsync("order")).Count(t => t == EventType.WorkflowExecutionSignaled).ShouldBe(1);
        (await host.CallAsync<SignalWithStartWorkflowExecutionResponse>(SignalWithStart("order"))).Started.ShouldBeFalse();
        (await host.TypesAsync("order")).Count(t => t == EventType.WorkflowExecutionSignaled).ShouldBe(2);
    }

    [Fact]
    public async Task Signal_RepeatedWithTheSameRequestId_IsRecordedOnce()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        await host.SignalAsync("order", requestId: "one");
        await host.SignalAsync("order", requestId: "one");
        await host.RestartAsync();
        await host.SignalAsync("order", requestId: "one");
        await host.CompleteAsync(task);
        await host.SignalAsync("order", requestId: "one");
        await host.TerminateAsync("order");
        await host.SignalAsync("order", requestId: "one");
        (await Should.ThrowAsync<RpcException>(host.SignalAsync("order", requestId: "another"))).Code.ShouldBe(RpcStatusCode.NotFound);
        (await host.TypesAsync("order")).Count(t => t == EventType.WorkflowExecutionSignaled).ShouldBe(1);
    }

    [Fact]
    public async Task ContinueAsNew_CarriesTheChainOn()
    {
        await using var host = await EngineHost.StartAsync();
        var first = await host.StartAsync("order", r => r.Memo = new() { Fields = { ["note"] = EngineHost.Text("kept").Payloads_[0] } });
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.ContinueAsNew());
        var task = await host.NextTaskAsync();
        var second = task.WorkflowExecution.RunId;
        var started = task.History.Events[0].WorkflowExecutionStartedEventAttributes;
        started.ContinuedExecutionRunId.ShouldBe(first);
        started.FirstExecutionRunId.ShouldBe(first);
        started.OriginalExecutionRunId.ShouldBe(second);
        started.Attempt.ShouldBe(1);
        started.Initiator.ShouldBe(ContinueAsNewInitiator.Workflow);
        started.Input.ShouldBe(EngineHost.Text("again"));
        started.Memo.Fields.ShouldContainKey("note");
        (await host.HistoryAsync("order", first))[^1].WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId.ShouldBe(second);
        (await host.DescribeAsync("order", first)).WorkflowExecutionInfo.Status.ShouldBe(WorkflowExecutionStatus.ContinuedAsNew);
    }

    [Fact]
    public async Task Failure_WithARetryPolicy_RunsAgain()
    {
        await using var host = await EngineHost.StartAsync();
        var first = await host.StartAsync("order", r => r.RetryPolicy = new() { InitialInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)), MaximumAttempts = 2 });
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Fail());
        var failed = (await host.HistoryAsync("order", first))[^1].WorkflowExecutionFailedEventAttributes;
        failed.RetryState.ShouldBe(RetryState.InProgress);
        failed.NewExecutionRunId.ShouldNotBeEmpty();
        host.Time.Advance(TimeSpan.FromSeconds(2));
        var task = await host.NextTaskAsync();
        var started = task.History.Events[0].WorkflowExecutionStartedEventAttributes;
        started.Attempt.ShouldBe(2);
        started.Initiator.ShouldBe(ContinueAsNewInitiator.Retry);
        started.FirstExecutionRunId.ShouldBe(first);
        started.ContinuedFailure.Message.ShouldBe("broken");
        await host.CompleteAsync(task, Commands.Fail());
        (await host.HistoryAsync("order"))[^1].WorkflowExecutionFailedEventAttributes.RetryState.ShouldBe(RetryState.MaximumAttemptsReached);
    }

    [Fact]
    public async Task Cron_AfterACompletion_RunsAgainAtItsTime()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order", r => r.CronSchedule = "*/10 * * * *");
        host.Time.Advance(TimeSpan.FromMinutes(10));
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete("first"));
        host.Time.Advance(TimeSpan.FromMinutes(10));
        var task = await host.NextTaskAsync();
        var started = task.History.Events[0].WorkflowExecutionStartedEventAttributes;
        started.Initiator.ShouldBe(ContinueAsNewInitiator.CronSchedule);
        started.LastCompletionResult.ShouldBe(EngineHost.Text("first"));
        started.FirstWorkflowTaskBackoff.ToTimeSpan().ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Run_PastItsTimeout_TimesOut()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order", r => r.WorkflowRunTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(30)));
        await host.NextTaskAsync();
        host.Time.Advance(TimeSpan.FromSeconds(5));
        host.Time.Advance(TimeSpan.FromSeconds(25));
        await Wait.UntilAsync(async () => await host.StatusAsync("order") == WorkflowExecutionStatus.TimedOut, "the run to time out");
        (await host.HistoryAsync("order"))[^1].WorkflowExecutionTimedOutEventAttributes.RetryState.ShouldBe(RetryState.RetryPolicyNotSet);
    }

    [Theory]
    [InlineData("CRON_TZ=Europe/Berlin 0 12 * * *")]
    [InlineData("@every 1h30m")]
    [InlineData("@daily")]
    [InlineData("0 9-17/2 * jan-mar mon,wed")]
    public async Task Cron_InEveryForm_IsAccepted(string cron)
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order", r => r.CronSchedule = cron);
    }

    [Theory]
    [InlineData("* * * *")]
    [InlineData("61 * * * *")]
    [InlineData("a b c d e")]
    [InlineData("@every -3s")]
    [InlineData("@every 3 bananas")]
    [InlineData("TZ=Mars/Olympus * * * * *")]
    [InlineData("1-/2 * * * *")]
    public async Task Cron_ThatIsNone_IsRefused(string cron)
    {
        await using var host = await EngineHost.StartAsync();
        (await Should.ThrowAsync<RpcException>(() => host.StartAsync("order", r => r.CronSchedule = cron))).Code.ShouldBe(RpcStatusCode.InvalidArgument);
    }

    private static SignalWithStartWorkflowExecutionRequest SignalWithStart(string id) => new()
    {
        Namespace = "default",
        WorkflowId = id,
        WorkflowType = new() { Name = "Order" },
        TaskQueue = new() { Name = "orders" },
        SignalName = "go",
        RequestId = Guid.NewGuid().ToString(),
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignalWithStart_RepeatedAfterTheRunHasEnded_StartsNoOther(bool ranBefore)
    {
        await using var host = await EngineHost.StartAsync();
        if (ranBefore)
            await host.StartAsync("order");
        var request = new SignalWithStartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = "order",
            WorkflowType = new() { Name = "Order" },
            TaskQueue = new() { Name = "orders" },
            SignalName = "go",
            RequestId = "one",
        };
        var first = await host.CallAsync<SignalWithStartWorkflowExecutionResponse>(request);
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        (await host.StatusAsync("order")).ShouldBe(WorkflowExecutionStatus.Completed);

        var again = await host.CallAsync<SignalWithStartWorkflowExecutionResponse>(request);

        again.ShouldBe(first);
        first.Started.ShouldBe(!ranBefore);
        (await host.StatusAsync("order")).ShouldBe(WorkflowExecutionStatus.Completed);
    }

    [Fact]
    public async Task Links_OfRequests_AreKeptWithTheirEvents()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order", r => r.Links.Add(LinkTo("start")));
        await host.CallAsync<SignalWorkflowExecutionResponse>(new SignalWorkflowExecutionRequest
        {
            Namespace = "default", WorkflowExecution = new() { WorkflowId = "order" }, SignalName = "go", Links = { LinkTo("signal") },
        });
        await host.CallAsync<RequestCancelWorkflowExecutionResponse>(new RequestCancelWorkflowExecutionRequest
        {
            Namespace = "default", WorkflowExecution = new() { WorkflowId = "order" }, Links = { LinkTo("cancel") },
        });
        await host.CallAsync<TerminateWorkflowExecutionResponse>(new TerminateWorkflowExecutionRequest
        {
            Namespace = "default", WorkflowExecution = new() { WorkflowId = "order" }, Links = { LinkTo("terminate") },
        });

        (await host.HistoryAsync("order")).Where(e => e.Links.Count > 0).Select(e => (e.EventType, e.Links.Single().WorkflowEvent.WorkflowId)).ShouldBe(
        [
            (EventType.WorkflowExecutionStarted, "start"), (EventType.WorkflowExecutionSignaled, "signal"),
            (EventType.WorkflowExecutionCancelRequested, "cancel"), (EventType.WorkflowExecutionTerminated, "terminate"),
        ]);

        static Protocol.Api.Common.V1.Link LinkTo(string id) => new() { WorkflowEvent = new() { Namespace = "default", WorkflowId = id } };
    }
}
