using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>What workers ask of the engine beside tasks.</summary>
public sealed class WorkerTests
{
    [Fact]
    public async Task Poll_WithoutATask_IsAnsweredEmptyAfterAMinute()
    {
        await using var host = await EngineHost.StartAsync();
        var poll = host.PollAsync();
        await host.WaitingAsync("orders", activity: false);
        host.Time.Advance(TimeSpan.FromSeconds(59));
        poll.IsCompleted.ShouldBeFalse();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await poll.Soon()).TaskToken.IsEmpty.ShouldBeTrue();
        await host.StartAsync("order");
        (await host.NextTaskAsync()).WorkflowExecution.WorkflowId.ShouldBe("order");
    }

    [Fact]
    public async Task ShutdownWorker_EndsThePollsOfThatWorkerAlone()
    {
        await using var host = await EngineHost.StartAsync();
        var stopping = host.PollAsync(instance: "one");
        var staying = host.PollAsync(instance: "two");
        await host.WaitingAsync("orders", activity: false, count: 2);
        await host.CallAsync<ShutdownWorkerResponse>(new ShutdownWorkerRequest { Namespace = "default", WorkerInstanceKey = "one" });
        (await stopping.Soon()).TaskToken.IsEmpty.ShouldBeTrue();
        staying.IsCompleted.ShouldBeFalse();
        (await host.PollAsync(instance: "one").Soon()).TaskToken.IsEmpty.ShouldBeTrue("a poll that comes after its worker's farewell");
        await host.StartAsync("order");
        (await staying.Soon()).TaskToken.IsEmpty.ShouldBeFalse();
    }

    [Fact]
    public async Task ShutdownWorker_DesertsItsStickyQueue()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), r => r.StickyAttributes = EngineHost.Sticky);
        var sticky = host.PollAsync("worker-1", "one");
        await host.WaitingAsync("worker-1", activity: false);
        await host.CallAsync<ShutdownWorkerResponse>(new ShutdownWorkerRequest { Namespace = "default", WorkerInstanceKey = "one", StickyTaskQueue = "worker-1" });
        await sticky.Soon();
        await host.SignalAsync("order");
        (await host.NextTaskAsync()).History.Events[0].EventId.ShouldBe(1);
    }

    [Fact]
    public async Task EagerActivity_ComesBackWithTheAnswer()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var before = host.Engine.Core.Store.Writer.Units;
        var answer = await host.CompleteAsync(
            await host.NextTaskAsync(),
            Commands.Activity("mine", a => a.RequestEagerExecution = true),
            Commands.Activity("queued"),
            Commands.Activity("elsewhere", a =>
            {
                a.RequestEagerExecution = true;
                a.TaskQueue.Name = "other";
            }));
        var activity = answer.ActivityTasks.Single();
        activity.ActivityId.ShouldBe("mine");
        activity.Attempt.ShouldBe(1);
        (host.Engine.Core.Store.Writer.Units - before).ShouldBe(2);
        await host.CompleteActivityAsync(activity);
        (await host.NextActivityAsync()).ActivityId.ShouldBe("queued");
    }

    [Fact]
    public async Task ActivityById_IsCompletedFailedCanceledAndKeptAlive()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity("a"), Commands.Activity("b", x => x.RetryPolicy = new() { MaximumAttempts = 1 }), Commands.Activity("c"));
        (await Should.ThrowAsync<RpcException>(() => Complete("a"))).Code.ShouldBe(RpcStatusCode.NotFound, "no worker has it");
        for (var i = 0; i < 3; i++)
            await host.NextActivityAsync();
        await Complete("a");
        await host.CallAsync<RespondActivityTaskFailedByIdResponse>(new RespondActivityTaskFailedByIdRequest
        {
            Namespace = "default",
            WorkflowId = "order",
            ActivityId = "b",
            Failure = new() { Message = "by id", ApplicationFailureInfo = new() },
        });
        var beat = await host.CallAsync<RecordActivityTaskHeartbeatByIdResponse>(new RecordActivityTaskHeartbeatByIdRequest { Namespace = "default", WorkflowId = "order", ActivityId = "c" });
        beat.CancelRequested.ShouldBeFalse();
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.CancelActivity(7));
        await host.CallAsync<RespondActivityTaskCanceledByIdResponse>(new RespondActivityTaskCanceledByIdRequest { Namespace = "default", WorkflowId = "order", ActivityId = "c" });
        var types = await host.TypesAsync("order");
        types.ShouldContain(EventType.ActivityTaskCompleted);
        types.ShouldContain(EventType.ActivityTaskFailed);
        types.ShouldContain(EventType.ActivityTaskCanceled);

        Task Complete(string id) => host.CallAsync<RespondActivityTaskCompletedByIdResponse>(
            new RespondActivityTaskCompletedByIdRequest { Namespace = "default", WorkflowId = "order", ActivityId = id });
    }

    [Fact]
    public async Task ResetStickyTaskQueue_SendsTheNextTaskToTheNormalQueue()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        _ = await host.MakeStickyAsync(await host.NextTaskAsync());
        await host.CallAsync<ResetStickyTaskQueueResponse>(new ResetStickyTaskQueueRequest { Namespace = "default", Execution = new() { WorkflowId = "order" } });
        await host.SignalAsync("order");
        (await host.NextTaskAsync()).History.Events[0].EventId.ShouldBe(1);
    }

    [Fact]
    public async Task DescribeTaskQueue_TellsPollersAndBacklog()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("one");
        await host.StartAsync("two");
        await host.NextTaskAsync();
        var queue = await host.CallAsync<DescribeTaskQueueResponse>(new DescribeTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = "orders" } });
        queue.Pollers.Single().Identity.ShouldBe("worker");
        queue.Stats.ApproximateBacklogCount.ShouldBe(1);
    }

    [Fact]
    public async Task HistoryReverse_GivesEveryEventFromTheLast()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        var ids = new List<long>();
        var token = Google.Protobuf.ByteString.Empty;
        do
        {
            var page = await host.CallAsync<GetWorkflowExecutionHistoryReverseResponse>(new GetWorkflowExecutionHistoryReverseRequest
            {
                Namespace = "default",
                Execution = new() { WorkflowId = "order" },
                MaximumPageSize = 2,
                NextPageToken = token,
            });
            page.History.Events.Count.ShouldBeLessThanOrEqualTo(2);
            ids.AddRange(page.History.Events.Select(e => e.EventId));
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        ids.ShouldBe([5, 4, 3, 2, 1]);
    }

    // A history longer than a page, and longer than what is kept in memory.
    [Fact]
    public async Task LongHistory_ComesInPagesToClientsAndWorkers()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxHistoryPageBytes = 20_000 } });
        await host.StartAsync("order");
        for (var i = 0; i < 4; i++)
        {
            await host.SignalAsync("order");
            await host.CompleteAsync(await host.NextTaskAsync(), [.. Enumerable.Range(0, 700).Select(_ => Commands.Marker())]);
        }

        var history = await host.HistoryAsync("order");
        history.Count.ShouldBeGreaterThan(2_800);
        await host.SignalAsync("order");
        var task = await host.NextTaskAsync();
        var events = task.History.Events.ToList();
        for (var token = task.NextPageToken; !token.IsEmpty;)
        {
            var page = await host.CallAsync<GetWorkflowExecutionHistoryResponse>(new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = task.WorkflowExecution, NextPageToken = token });
            events.AddRange(page.History.Events);
            token = page.NextPageToken;
        }

        events.Select(e => e.EventId).ShouldBe(Enumerable.Range(1, (int)task.StartedEventId).Select(i => (long)i));
        await host.RestartAsync();
        (await host.HistoryAsync("order")).Take(history.Count).ShouldBe(history);
    }
}
