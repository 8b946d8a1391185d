using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>Section 3 of the protocol page: the workflow-task cycle.</summary>
public sealed class WorkflowTaskTests
{
    // Rule 1: while a task is started, events from outside wait without an id.
    [Fact]
    public async Task Signal_WhileTaskIsStarted_IsWrittenAfterItsCompletion()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        await host.SignalAsync("order");
        (await host.TypesAsync("order")).ShouldNotContain(EventType.WorkflowExecutionSignaled);
        await host.CompleteAsync(task, Commands.Timer());

        (await host.TypesAsync("order")).ShouldBe(
        [
            EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted,
            EventType.TimerStarted, EventType.WorkflowExecutionSignaled, EventType.WorkflowTaskScheduled,
        ]);
    }

    // Rule 2: ends of activities go last in the flush, and their started event is rewired.
    [Fact]
    public async Task ActivityEnd_BufferedBeforeASignal_IsWrittenLast()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        var activity = await host.NextActivityAsync();
        await host.SignalAsync("order", "wake");
        var task = await host.NextTaskAsync();
        await host.CompleteActivityAsync(activity);
        await host.SignalAsync("order", "later");
        await host.CompleteAsync(task);

        var history = await host.HistoryAsync("order");
        history.Skip(9).Select(e => e.EventType).ShouldBe(
            [EventType.ActivityTaskStarted, EventType.WorkflowExecutionSignaled, EventType.ActivityTaskCompleted, EventType.WorkflowTaskScheduled]);
        history[11].ActivityTaskCompletedEventAttributes.StartedEventId.ShouldBe(10);
    }

    // Rule 3: a terminal command does not go with events the worker has not seen.
    [Fact]
    public async Task Complete_WithASignalUnseen_FailsAsUnhandledCommand()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        await host.SignalAsync("order");
        var error = await Should.ThrowAsync<RpcException>(() => host.CompleteAsync(task, Commands.Complete()));
        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldBe("UnhandledCommand");

        var history = await host.HistoryAsync("order");
        history.Skip(3).Select(e => e.EventType).ShouldBe([EventType.WorkflowTaskFailed, EventType.WorkflowExecutionSignaled, EventType.WorkflowTaskScheduled]);
        history[3].WorkflowTaskFailedEventAttributes.Cause.ShouldBe(WorkflowTaskFailedCause.UnhandledCommand);
        var again = await host.NextTaskAsync();
        again.Attempt.ShouldBe(1);
        await host.CompleteAsync(again, Commands.Complete());
        (await host.StatusAsync("order")).ShouldBe(WorkflowExecutionStatus.Completed);
    }

    // Rule 3: CancelTimer takes back a firing the worker has not seen.
    [Fact]
    public async Task CancelTimer_OfATimerThatFiredUnseen_LeavesNoTraceOfTheFiring()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Timer("t", 5));
        await host.SignalAsync("order");
        var task = await host.NextTaskAsync();
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await Wait.UntilAsync(() => host.RunOf("order").State.Buffered.Count == 1, "the timer to fire");
        await host.CompleteAsync(task, Commands.CancelTimer("t"), Commands.Complete());

        var types = await host.TypesAsync("order");
        types.ShouldContain(EventType.TimerCanceled);
        types.ShouldNotContain(EventType.TimerFired);
        types[^1].ShouldBe(EventType.WorkflowExecutionCompleted);
    }

    // Rule 4: a token of another attempt or another task is stale.
    [Fact]
    public async Task Complete_WithATokenUsedBefore_IsNotFound()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        await host.CompleteAsync(task, Commands.Timer());
        (await Should.ThrowAsync<RpcException>(() => host.CompleteAsync(task, Commands.Complete()))).Code.ShouldBe(RpcStatusCode.NotFound);
    }

    // Rule 5: after a failure the next attempt is transient: no events until it completes.
    [Fact]
    public async Task Failure_OnTheNormalQueue_IsRetriedWithATransientTask()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.FailTaskAsync(await host.NextTaskAsync());
        var second = await host.NextTaskAsync();
        second.Attempt.ShouldBe(2);
        second.StartedEventId.ShouldBe(6);
        second.History.Events.Select(e => e.EventId).ShouldBe([1, 2, 3, 4, 5, 6]);
        second.History.Events[^1].EventType.ShouldBe(EventType.WorkflowTaskStarted);
        (await host.HistoryAsync("order")).Count.ShouldBe(4);

        await host.FailTaskAsync(second);
        (await host.HistoryAsync("order")).Count.ShouldBe(4);
        var third = await host.NextTaskAsync();
        third.Attempt.ShouldBe(3);
        await host.CompleteAsync(third, Commands.Complete());

        var history = await host.HistoryAsync("order");
        history.Select(e => e.EventType).ShouldBe(
        [
            EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskFailed,
            EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted, EventType.WorkflowExecutionCompleted,
        ]);
        history[4].ShouldBe(third.History.Events[4], "what the worker saw is what is written");
        history[5].ShouldBe(third.History.Events[5], "what the worker saw is what is written");
    }

    // Rule 5: news turns a transient task back into a normal one.
    [Fact]
    public async Task Signal_WhileATransientTaskWaits_MakesItNormal()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.FailTaskAsync(await host.NextTaskAsync());
        await host.SignalAsync("order");
        var task = await host.NextTaskAsync();
        task.Attempt.ShouldBe(1);
        task.History.Events.Select(e => e.EventType).TakeLast(3).ShouldBe([EventType.WorkflowExecutionSignaled, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted]);
        (await host.HistoryAsync("order")).Count.ShouldBe(7);
    }

    [Fact]
    public async Task Signal_WhileATransientTaskIsStarted_IsWrittenAfterItsCompletion()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.FailTaskAsync(await host.NextTaskAsync());
        var task = await host.NextTaskAsync();
        await host.SignalAsync("order");
        await host.CompleteAsync(task, Commands.Timer());
        (await host.TypesAsync("order")).Skip(4).ShouldBe(
        [
            EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted, EventType.TimerStarted,
            EventType.WorkflowExecutionSignaled, EventType.WorkflowTaskScheduled,
        ]);
    }

    // Rule 5: with a sticky queue a failure clears it and keeps the attempt.
    [Fact]
    public async Task Failure_OnTheStickyQueue_KeepsTheAttemptAndGoesToTheNormalQueue()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var sticky = await host.MakeStickyAsync(await host.NextTaskAsync());
        await host.SignalAsync("order");
        await host.FailTaskAsync(await sticky.Soon());
        var again = await host.NextTaskAsync();
        again.Attempt.ShouldBe(1);
        again.History.Events[0].EventId.ShouldBe(1);
    }

    // Rule 6: the start-to-close time-out must fire, also for transient attempts.
    [Fact]
    public async Task Task_NotAnsweredInTime_IsGivenOutAgain()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var first = await host.NextTaskAsync();
        host.Time.Advance(TimeSpan.FromSeconds(10));
        var second = await host.NextTaskAsync();
        second.Attempt.ShouldBe(2);
        (await host.TypesAsync("order"))[^1].ShouldBe(EventType.WorkflowTaskTimedOut);
        (await Should.ThrowAsync<RpcException>(() => host.CompleteAsync(first, Commands.Complete()))).Code.ShouldBe(RpcStatusCode.NotFound);

        host.Time.Advance(TimeSpan.FromSeconds(10));
        var third = await host.NextTaskAsync();
        third.Attempt.ShouldBe(3);
        (await host.HistoryAsync("order")).Count.ShouldBe(4);
    }

    // Rule 7.
    [Fact]
    public async Task Terminate_WithAStartedTask_FailsTheTaskFirst()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        await host.SignalAsync("order");
        await host.TerminateAsync("order");
        var history = await host.HistoryAsync("order");
        history.Skip(3).Select(e => e.EventType).ShouldBe([EventType.WorkflowTaskFailed, EventType.WorkflowExecutionSignaled, EventType.WorkflowExecutionTerminated]);
        history[3].WorkflowTaskFailedEventAttributes.Cause.ShouldBe(WorkflowTaskFailedCause.ForceCloseCommand);
        (await Should.ThrowAsync<RpcException>(() => host.CompleteAsync(task, Commands.Complete()))).Code.ShouldBe(RpcStatusCode.NotFound);
    }

    // Sticky: the worker that has the run cached gets what is new to it.
    [Fact]
    public async Task StickyPoll_AfterACompletion_GetsPartialHistory()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var sticky = await host.MakeStickyAsync(await host.NextTaskAsync(), Commands.Timer());
        await host.SignalAsync("order");
        var task = await sticky.Soon();
        task.PreviousStartedEventId.ShouldBe(3);
        task.History.Events.Select(e => e.EventId).ShouldBe([4, 5, 6, 7, 8]);
        var scheduled = task.History.Events.Single(e => e.EventType == EventType.WorkflowTaskScheduled);
        scheduled.WorkflowTaskScheduledEventAttributes.TaskQueue.Kind.ShouldBe(TaskQueueKind.Sticky);
        scheduled.WorkflowTaskScheduledEventAttributes.TaskQueue.NormalName.ShouldBe("orders");
    }

    [Fact]
    public async Task StickyTask_NotTakenInTime_TimesOutToTheNormalQueue()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        using var gone = new CancellationTokenSource();
        var sticky = await host.MakeStickyAsync(await host.NextTaskAsync(), gone.Token);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sticky.Soon());
        await host.SignalAsync("order");
        host.Time.Advance(TimeSpan.FromSeconds(5));
        var task = await host.NextTaskAsync();
        task.Attempt.ShouldBe(1);
        var timedOut = task.History.Events.Single(e => e.EventType == EventType.WorkflowTaskTimedOut);
        timedOut.WorkflowTaskTimedOutEventAttributes.TimeoutType.ShouldBe(TimeoutType.ScheduleToStart);
    }

    [Fact]
    public async Task StickyQueue_WithoutAPollForTenSeconds_IsPassedOver()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        using var gone = new CancellationTokenSource();
        var sticky = await host.MakeStickyAsync(await host.NextTaskAsync(), gone.Token);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sticky.Soon());
        host.Time.Advance(TimeSpan.FromSeconds(11));
        await host.SignalAsync("order");
        var task = await host.NextTaskAsync();
        task.History.Events[0].EventId.ShouldBe(1);
        task.History.Events.ShouldNotContain(e => e.EventType == EventType.WorkflowTaskTimedOut);
    }

    [Fact]
    public async Task Completion_AskingForTheNextTask_GetsItInline()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        await host.SignalAsync("order");
        var answer = await host.CompleteAsync(task, r =>
        {
            r.ReturnNewWorkflowTask = true;
            r.StickyAttributes = EngineHost.Sticky;
        });
        answer.WorkflowTask.PreviousStartedEventId.ShouldBe(3);
        answer.WorkflowTask.History.Events.Select(e => e.EventType).ShouldBe(
            [EventType.WorkflowTaskCompleted, EventType.WorkflowExecutionSignaled, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted]);
        await host.CompleteAsync(answer.WorkflowTask, Commands.Complete());
        (await host.StatusAsync("order")).ShouldBe(WorkflowExecutionStatus.Completed);
    }

    // Heartbeat: a forced task keeps the original schedule time, and ends after 30 minutes.
    [Fact]
    public async Task Heartbeat_ForMoreThanHalfAnHour_IsTimedOut()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        for (var minute = 0; minute < 31 * 12; minute++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            try
            {
                var answer = await host.CompleteAsync(task, r =>
                {
                    r.ForceCreateNewWorkflowTask = true;
                    r.ReturnNewWorkflowTask = true;
                });
                task = answer.WorkflowTask;
            }
            catch (RpcException error)
            {
                error.Code.ShouldBe(RpcStatusCode.NotFound);
                minute.ShouldBeGreaterThan((30 * 12) - 2);
                (await host.HistoryAsync("order")).ShouldContain(e => e.EventType == EventType.WorkflowTaskTimedOut);
                return;
            }
        }

        throw new InvalidOperationException("The heartbeat went on for ever.");
    }

    [Fact]
    public async Task Completion_WithABadCommand_FailsTheTaskAndKeepsNothingOfIt()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        var error = await Should.ThrowAsync<RpcException>(() => host.CompleteAsync(task, Commands.Timer("t"), Commands.Timer("t")));
        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        var history = await host.HistoryAsync("order");
        history.Select(e => e.EventType).ShouldBe(
            [EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskFailed]);
        history[3].WorkflowTaskFailedEventAttributes.Cause.ShouldBe(WorkflowTaskFailedCause.StartTimerDuplicateId);
        (await host.NextTaskAsync()).Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task Completion_StoresTheSdksMetadata()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(
            await host.NextTaskAsync(),
            r => r.SdkMetadata = new() { CoreUsedFlags = { 1, 2 }, LangUsedFlags = { 7 }, SdkName = "sdk", SdkVersion = "1.2" },
            Commands.Complete());
        var completed = (await host.HistoryAsync("order"))[3].WorkflowTaskCompletedEventAttributes;
        completed.SdkMetadata.CoreUsedFlags.ShouldBe([1u, 2u]);
        completed.SdkMetadata.SdkName.ShouldBe("sdk");
    }
}
