using Mandate.Interop.Tests.Harness;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.TypeScript;

/// <summary>How workflow tasks reach TypeScript workers: sticky queues, lost tasks, inline tasks.</summary>
public sealed class WorkflowTaskTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);

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
    public async Task Worker_KilledWithItsPollsOpen_NoTaskIsLostToThem()
    {
        var doomed = new TypeScriptDriver();
        await doomed.InitializeAsync();
        await TypeScriptWorker.StartAsync(doomed, Address, new Dictionary<string, object> { ["taskQueue"] = Workers.Queue });
        var cached = await StartAsync("approval", 1);
        await Client.QueryAsync<string>(WorkflowId, "progress");
        await doomed.KillAsync();
        await doomed.DisposeAsync();

        var fresh = Track(await Client.StartAsync("greet", $"{WorkflowId}-fresh", Workers.Queue, ["Ada"]));
        await Client.SignalAsync(WorkflowId, "approve", "bob");
        await StartWorkerAsync();

        (await Client.ResultAsync<string>(fresh.WorkflowId)).ShouldBe("Hello, Ada!");
        (await Client.ResultAsync<string[]>(cached.WorkflowId)).ShouldBe(["bob"]);
        var ends = (await Histories.OfAsync(Engine.Handler, fresh.WorkflowId, fresh.RunId)).Events.Where(e => e.EventType == EventType.WorkflowTaskTimedOut);
        ends.ShouldBeEmpty();
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

    private IReadOnlyList<(PollWorkflowTaskQueueRequest Request, PollWorkflowTaskQueueResponse Response)> Tasks() =>
        [.. Recorder.Of<PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse>().Where(t => !t.Response.TaskToken.IsEmpty)];
}
