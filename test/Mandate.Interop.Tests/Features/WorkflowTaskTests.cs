using Mandate.Interop.Tests.Harness;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>How workflow tasks reach workers: sticky queues, lost tasks, buffered events, completions that missed something.</summary>
public abstract class WorkflowTaskTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    [Fact]
    public async Task Sticky_CachedRun_GetsOnlyWhatIsNew()
    {
        await StartWorkerAsync();
        await StartAsync("approval", 3);
        foreach (var who in (string[])["a", "b", "c"])
        {
            await Client.SignalAsync(WorkflowId, "approve", who);
            await UntilAsync(async () => (await Client.QueryAsync<string>(WorkflowId, "progress")).EndsWith(who, StringComparison.Ordinal));
        }

        await Client.ResultAsync<string[]>(WorkflowId);
        var tasks = Tasks().Where(t => t.Response.StartedEventId > 0).ToList();
        tasks[0].Request.TaskQueue.Kind.ShouldBe(TaskQueueKind.Normal);
        tasks[0].Response.History.Events[0].EventId.ShouldBe(1);
        var sticky = tasks.Where(t => t.Request.TaskQueue.Kind == TaskQueueKind.Sticky).ToList();
        sticky.ShouldNotBeEmpty();
        sticky.ShouldAllBe(t => t.Response.History.Events[0].EventId == t.Response.PreviousStartedEventId + 1);
    }

    [Fact]
    public async Task Task_TakenAndNeverAnswered_TimesOutAndGoesToTheNextWorker()
    {
        var run = await StartWithAsync("greet", new { workflowTaskTimeout = "1s" }, "Ada");
        var taken = await Engine.Handler.CallAsync<PollWorkflowTaskQueueResponse>(new PollWorkflowTaskQueueRequest
        {
            Namespace = "default", TaskQueue = new() { Name = Workers.Queue, Kind = TaskQueueKind.Normal }, Identity = "lost",
        });
        taken.WorkflowExecution.RunId.ShouldBe(run.RunId);

        await StartWorkerAsync();

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("Hello, Ada!");
        (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.ShouldContain(e => e.EventType == EventType.WorkflowTaskTimedOut);
        var late = await Should.ThrowAsync<RpcException>(() => Engine.Handler.CallAsync<RespondWorkflowTaskCompletedResponse>(
            new RespondWorkflowTaskCompletedRequest { Namespace = "default", TaskToken = taken.TaskToken }));
        late.Code.ShouldBe(RpcStatusCode.NotFound);
    }

    [Fact]
    public async Task Signal_WhileTheTaskIsStarted_IsBufferedUntilItsCompletion()
    {
        var run = await StartAsync("approval", 1);
        await StartWorkerAsync();
        await Client.QueryAsync<string>(WorkflowId, "progress");

        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Client.SignalAsync(WorkflowId, "approve", $"s{i}")));

        await Client.ResultAsync<string[]>(WorkflowId);
        // However the race went, no signal stands between a started task and its completion.
        var events = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events;
        foreach (var started in events.Where(e => e.EventType == EventType.WorkflowTaskStarted))
            events[(int)started.EventId].EventType.ShouldBeOneOf(EventType.WorkflowTaskCompleted, EventType.WorkflowTaskFailed, EventType.WorkflowTaskTimedOut);
    }

    [Fact]
    public async Task Completion_WithASignalUnseen_IsUnhandledAndDoneAgain()
    {
        await StartWorkerAsync();
        // So long that no heartbeat of the task takes the signal before the end.
        var run = await StartWithAsync("longLocal", new { workflowTaskTimeout = "2m" }, WorkflowId);
        await ArrivalAsync(WorkflowId);

        // The workflow is in its task, and will complete with what the task began with.
        await Client.SignalAsync(WorkflowId, "unheard");
        await OpenAsync(WorkflowId);

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe($"passed {WorkflowId}");
        var events = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events;
        var failed = events.Single(e => e.EventType == EventType.WorkflowTaskFailed);
        failed.WorkflowTaskFailedEventAttributes.Cause.ShouldBe(WorkflowTaskFailedCause.UnhandledCommand);
        events.Single(e => e.EventType == EventType.WorkflowExecutionSignaled).EventId.ShouldBe(failed.EventId + 1);
    }

    [Fact]
    public async Task Worker_ShutDown_SaysSoAndTheNextOneHasItsTasksAtOnce()
    {
        var first = await StartWorkerAsync();
        var run = await StartAsync("approval", 1);
        await Client.QueryAsync<string>(WorkflowId, "progress");

        await first.DisposeAsync();

        Recorder.Of<ShutdownWorkerRequest, ShutdownWorkerResponse>().ShouldHaveSingleItem().Request.StickyTaskQueue.ShouldNotBeEmpty();
        await Client.SignalAsync(WorkflowId, "approve", "bob");
        await StartWorkerAsync();
        (await Client.ResultAsync<string[]>(WorkflowId)).ShouldBe(["bob"]);
        (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.ShouldNotContain(e => e.EventType == EventType.WorkflowTaskTimedOut);
    }

    private IReadOnlyList<(PollWorkflowTaskQueueRequest Request, PollWorkflowTaskQueueResponse Response)> Tasks() =>
        [.. Recorder.Of<PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse>().Where(t => !t.Response.TaskToken.IsEmpty)];
}
