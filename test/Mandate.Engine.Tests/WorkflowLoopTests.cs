using Mandate.Engine.Tests.Support;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

public sealed class WorkflowLoopTests
{
    [Fact]
    public async Task Workflow_WithOneActivity_RunsToItsResult()
    {
        await using var host = await EngineHost.StartAsync();
        var runId = await host.StartAsync("order-1");

        var first = await host.NextTaskAsync();
        first.WorkflowExecution.RunId.ShouldBe(runId);
        first.WorkflowType.Name.ShouldBe("Order");
        first.Attempt.ShouldBe(1);
        first.StartedEventId.ShouldBe(3);
        first.PreviousStartedEventId.ShouldBe(0);
        first.History.Events.Select(e => e.EventType).ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted]);
        await host.CompleteAsync(first, Commands.Activity());

        var activity = await host.NextActivityAsync();
        activity.ActivityType.Name.ShouldBe("Charge");
        activity.Input.ShouldBe(EngineHost.Text("input"));
        activity.Attempt.ShouldBe(1);
        await host.CompleteActivityAsync(activity, "charged");

        var second = await host.NextTaskAsync();
        second.PreviousStartedEventId.ShouldBe(3);
        await host.CompleteAsync(second, Commands.Complete("shipped"));

        (await host.StatusAsync("order-1")).ShouldBe(WorkflowExecutionStatus.Completed);
        var history = await host.HistoryAsync("order-1");
        history.Select(e => e.EventType).ShouldBe(
        [
            EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted,
            EventType.ActivityTaskScheduled, EventType.ActivityTaskStarted, EventType.ActivityTaskCompleted,
            EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted, EventType.WorkflowExecutionCompleted,
        ]);
        history[6].ActivityTaskCompletedEventAttributes.StartedEventId.ShouldBe(6);
        history[^1].WorkflowExecutionCompletedEventAttributes.Result.ShouldBe(EngineHost.Text("shipped"));
    }

    [Fact]
    public async Task Workflow_WithPollsWaiting_TakesFourCommits()
    {
        await using var host = await EngineHost.StartAsync();
        var poll = host.PollAsync();
        await host.WaitingAsync("orders", activity: false);
        var before = host.Engine.Core.Store.Writer.Units;
        await host.StartAsync("order-1");
        var first = await poll.Soon();

        var activityPoll = host.PollActivityAsync();
        await host.WaitingAsync("orders", activity: true);
        await host.CompleteAsync(first, Commands.Activity());
        var activity = await activityPoll.Soon();

        poll = host.PollAsync();
        await host.WaitingAsync("orders", activity: false);
        await host.CompleteActivityAsync(activity);
        await host.CompleteAsync(await poll.Soon(), Commands.Complete());

        (host.Engine.Core.Store.Writer.Units - before).ShouldBe(4);
        (await host.HistoryAsync("order-1")).Count.ShouldBe(11);
    }

    [Fact]
    public async Task History_WaitingForTheEnd_AnswersExactlyTheCloseEvent()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        var request = new GetWorkflowExecutionHistoryRequest
        {
            Namespace = "default",
            Execution = new() { WorkflowId = "order-1" },
            WaitNewEvent = true,
            HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
        };
        var waiting = host.CallAsync<GetWorkflowExecutionHistoryResponse>(request);
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete("the end"));

        var answer = await waiting.Soon();
        answer.NextPageToken.IsEmpty.ShouldBeTrue();
        answer.History.Events.Single().WorkflowExecutionCompletedEventAttributes.Result.ShouldBe(EngineHost.Text("the end"));
    }

    [Fact]
    public async Task History_WaitingInVain_AnswersNothingAndAToken()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        var waiting = host.CallAsync<GetWorkflowExecutionHistoryResponse>(new GetWorkflowExecutionHistoryRequest
        {
            Namespace = "default",
            Execution = new() { WorkflowId = "order-1" },
            WaitNewEvent = true,
            HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
        });
        await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(5));

        var answer = await waiting;
        answer.History.Events.ShouldBeEmpty();
        answer.NextPageToken.IsEmpty.ShouldBeFalse();
    }

    [Fact]
    public async Task Timer_WhenItsTimeHasCome_Fires()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Timer("t", 60));
        host.Time.Advance(TimeSpan.FromSeconds(59));
        (await host.TypesAsync("order-1")).ShouldNotContain(EventType.TimerFired);
        host.Time.Advance(TimeSpan.FromSeconds(1));

        var task = await host.NextTaskAsync();
        var fired = task.History.Events.Single(e => e.EventType == EventType.TimerFired);
        fired.TimerFiredEventAttributes.TimerId.ShouldBe("t");
        fired.TimerFiredEventAttributes.StartedEventId.ShouldBe(5);
    }

    [Fact]
    public async Task Timers_ThatAreDueTogether_FireInTheOrderOfTheirTimes()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        var seconds = Enumerable.Range(1, 50).OrderBy(i => i * 37 % 53).ToArray();
        await host.CompleteAsync(await host.NextTaskAsync(), [.. seconds.Select(s => Commands.Timer($"{s}", s))]);

        // The engine was down when they fell due, and takes up the timers in the order in which they were started.
        host.Time.Set(host.Time.GetUtcNow() + TimeSpan.FromSeconds(60));
        await host.RestartAsync();
        host.Time.Advance(TimeSpan.FromMinutes(1));

        await host.HasEventAsync("order-1", EventType.TimerFired, 50);
        var fired = (await host.HistoryAsync("order-1")).Where(e => e.EventType == EventType.TimerFired).Select(e => e.TimerFiredEventAttributes.TimerId);
        fired.ShouldBe(seconds.Order().Select(s => $"{s}"));
    }
}
