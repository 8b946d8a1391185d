using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.TaskQueue.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;

namespace Mandate.Engine.Tests.Support;

/// <summary>An engine on a directory of its own with a clock of its own, and short ways to call it as clients and workers do.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly Func<EngineOptions, EngineOptions> _configure;
    private EmbeddedEngine _engine = null!;

    private EngineHost(Func<EngineOptions, EngineOptions> configure) => _configure = configure;

    public string Directory { get; } = Path.Combine(Path.GetTempPath(), "mandate-engine-tests", Guid.NewGuid().ToString("N"));

    public ManualTimeProvider Time { get; } = new();

    public EmbeddedEngine Engine => _engine;

    public RpcHandler Handler => _engine.Handler;

    public static async Task<EngineHost> StartAsync(Func<EngineOptions, EngineOptions>? configure = null)
    {
        var host = new EngineHost(configure ?? (o => o));
        await host.OpenAsync();
        return host;
    }

    public async Task OpenAsync() => _engine = await EmbeddedEngine.StartAsync(Options());

    public EngineOptions Options() => _configure(new() { DataDirectory = Directory, TimeProvider = Time });

    /// <summary>Closes the engine and opens it again on the same store.</summary>
    public async Task RestartAsync()
    {
        await _engine.DisposeAsync();
        await OpenAsync();
    }

    public Task<T> CallAsync<T>(IMessage request, CancellationToken cancellation = default)
        where T : class, IMessage => Handler.CallAsync<T>(request, cancellation).Soon();

    public async Task<string> StartAsync(string id, Action<StartWorkflowExecutionRequest>? change = null)
    {
        var request = StartRequest(id);
        change?.Invoke(request);
        return (await CallAsync<StartWorkflowExecutionResponse>(request)).RunId;
    }

    /// <summary>A workflow that waits for a timer far away, its first task behind it.</summary>
    public async Task StartIdleAsync(string id)
    {
        await StartAsync(id);
        await CompleteAsync(await NextTaskAsync(), Support.Commands.Timer("far", 1_000_000));
    }

    public static StartWorkflowExecutionRequest StartRequest(string id) => new()
    {
        Namespace = "default",
        WorkflowId = id,
        WorkflowType = new() { Name = "Order" },
        TaskQueue = new() { Name = "orders" },
        Identity = "client",
        RequestId = Guid.NewGuid().ToString(),
    };

    public Task<PollWorkflowTaskQueueResponse> PollAsync(string queue = "orders", string instance = "", CancellationToken cancellation = default) =>
        Handler.CallAsync<PollWorkflowTaskQueueResponse>(
            new PollWorkflowTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = queue }, Identity = "worker", WorkerInstanceKey = instance }, cancellation);

    /// <summary>Polls for a task that is there already or about to be.</summary>
    public async Task<PollWorkflowTaskQueueResponse> NextTaskAsync(string queue = "orders")
    {
        var task = await PollAsync(queue).Soon();
        task.TaskToken.IsEmpty.ShouldBeFalse();
        return task;
    }

    public Task<PollActivityTaskQueueResponse> PollActivityAsync(string queue = "orders", CancellationToken cancellation = default) =>
        Handler.CallAsync<PollActivityTaskQueueResponse>(
            new PollActivityTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = queue }, Identity = "activity-worker" }, cancellation);

    /// <summary>Polls for an activity that is there already or about to be.</summary>
    public async Task<PollActivityTaskQueueResponse> NextActivityAsync(string queue = "orders")
    {
        var task = await PollActivityAsync(queue).Soon();
        task.TaskToken.IsEmpty.ShouldBeFalse();
        return task;
    }

    public Task<RespondWorkflowTaskCompletedResponse> CompleteAsync(PollWorkflowTaskQueueResponse task, params Command[] commands) =>
        CompleteAsync(task, _ => { }, commands);

    public Task<RespondWorkflowTaskCompletedResponse> CompleteAsync(
        PollWorkflowTaskQueueResponse task, Action<RespondWorkflowTaskCompletedRequest> change, params Command[] commands)
    {
        var request = new RespondWorkflowTaskCompletedRequest { TaskToken = task.TaskToken, Identity = "worker" };
        request.Commands.AddRange(commands);
        change(request);
        return CallAsync<RespondWorkflowTaskCompletedResponse>(request);
    }

    public Task CompleteActivityAsync(PollActivityTaskQueueResponse task, string result = "done") =>
        CallAsync<RespondActivityTaskCompletedResponse>(
            new RespondActivityTaskCompletedRequest { TaskToken = task.TaskToken, Result = Text(result), Identity = "activity-worker" });

    public Task SignalAsync(string id, string name = "go", string requestId = "") => CallAsync<SignalWorkflowExecutionResponse>(new SignalWorkflowExecutionRequest
    {
        Namespace = "default",
        WorkflowExecution = new() { WorkflowId = id },
        SignalName = name,
        RequestId = requestId,
        Identity = "client",
    });

    public Task TerminateAsync(string id) => CallAsync<TerminateWorkflowExecutionResponse>(
        new TerminateWorkflowExecutionRequest { Namespace = "default", WorkflowExecution = new() { WorkflowId = id }, Reason = "test" });

    public Task CancelAsync(string id) => CallAsync<RequestCancelWorkflowExecutionResponse>(
        new RequestCancelWorkflowExecutionRequest { Namespace = "default", WorkflowExecution = new() { WorkflowId = id }, Reason = "test" });

    public Task<DescribeWorkflowExecutionResponse> DescribeAsync(string id, string runId = "") => CallAsync<DescribeWorkflowExecutionResponse>(
        new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new() { WorkflowId = id, RunId = runId } });

    public async Task<WorkflowExecutionStatus> StatusAsync(string id) => (await DescribeAsync(id)).WorkflowExecutionInfo.Status;

    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string id, string runId = "")
    {
        var events = new List<HistoryEvent>();
        var token = ByteString.Empty;
        do
        {
            var page = await CallAsync<GetWorkflowExecutionHistoryResponse>(new GetWorkflowExecutionHistoryRequest
            {
                Namespace = "default",
                Execution = new() { WorkflowId = id, RunId = runId },
                NextPageToken = token,
            });
            events.AddRange(page.History.Events);
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        for (var i = 0; i < events.Count; i++)
            events[i].EventId.ShouldBe(i + 1, "event ids are contiguous from 1");
        return events;
    }

    /// <summary>The types of a run's events, in order.</summary>
    public async Task<IReadOnlyList<EventType>> TypesAsync(string id, string runId = "") => [.. (await HistoryAsync(id, runId)).Select(e => e.EventType)];

    public Task HasEventAsync(string id, EventType type, int count = 1) =>
        Wait.UntilAsync(async () => (await TypesAsync(id)).Count(t => t == type) >= count, $"{count} × {type} in '{id}'");

    public static StickyExecutionAttributes Sticky => new()
    {
        WorkerTaskQueue = new() { Name = "worker-1", Kind = TaskQueueKind.Sticky, NormalName = "orders" },
        ScheduleToStartTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)),
    };

    /// <summary>The newest run of a workflow as the engine holds it.</summary>
    internal Run RunOf(string id)
    {
        Run? run = null;
        _engine.Core.Chains.ChangeAsync(_engine.Core.Namespaces.Get("default"), id, transaction =>
        {
            run = transaction.Chain.Find("");
            return true;
        }).Wait(Wait.Limit).ShouldBeTrue();
        return run!;
    }

    /// <summary>Completes a task as a worker that keeps the run in its cache, and polls that worker's own queue.</summary>
    public async Task<Task<PollWorkflowTaskQueueResponse>> MakeStickyAsync(PollWorkflowTaskQueueResponse task, CancellationToken cancellation, params Command[] commands)
    {
        await CompleteAsync(task, r => r.StickyAttributes = Sticky, commands);
        var poll = PollAsync("worker-1", cancellation: cancellation);
        await WaitingAsync("worker-1", activity: false);
        return poll;
    }

    public Task<Task<PollWorkflowTaskQueueResponse>> MakeStickyAsync(PollWorkflowTaskQueueResponse task, params Command[] commands) =>
        MakeStickyAsync(task, CancellationToken.None, commands);

    public Task FailTaskAsync(PollWorkflowTaskQueueResponse task) => CallAsync<RespondWorkflowTaskFailedResponse>(new RespondWorkflowTaskFailedRequest
    {
        TaskToken = task.TaskToken,
        Cause = WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure,
        Failure = new() { Message = "worker failed" },
        Identity = "worker",
    });

    public Task FailActivityAsync(PollActivityTaskQueueResponse task, string message = "failed", string type = "Error", bool nonRetryable = false) =>
        CallAsync<RespondActivityTaskFailedResponse>(new RespondActivityTaskFailedRequest
        {
            TaskToken = task.TaskToken,
            Failure = new() { Message = message, ApplicationFailureInfo = new() { Type = type, NonRetryable = nonRetryable } },
            Identity = "activity-worker",
        });

    public Task<RecordActivityTaskHeartbeatResponse> HeartbeatAsync(PollActivityTaskQueueResponse task, string? details = null) =>
        CallAsync<RecordActivityTaskHeartbeatResponse>(new RecordActivityTaskHeartbeatRequest { TaskToken = task.TaskToken, Details = details is null ? null : Text(details) });

    public Task ReportCanceledAsync(PollActivityTaskQueueResponse task) =>
        CallAsync<RespondActivityTaskCanceledResponse>(new RespondActivityTaskCanceledRequest { TaskToken = task.TaskToken, Identity = "activity-worker" });

    public Task<QueryWorkflowResponse> QueryAsync(string id, QueryRejectCondition condition = QueryRejectCondition.None) =>
        Handler.CallAsync<QueryWorkflowResponse>(new QueryWorkflowRequest
        {
            Namespace = "default",
            Execution = new() { WorkflowId = id },
            Query = new() { QueryType = "state" },
            QueryRejectCondition = condition,
        });

    public Task AnswerAsync(PollWorkflowTaskQueueResponse task, string answer) => CallAsync<RespondQueryTaskCompletedResponse>(new RespondQueryTaskCompletedRequest
    {
        TaskToken = task.TaskToken,
        CompletedType = QueryResultType.Answered,
        QueryResult = Text(answer),
    });

    /// <summary>Tasks that wait on a queue, stale ones included.</summary>
    public int Backlog(string queue, bool activity) => _engine.Core.Matcher.Queue(new(_engine.Core.Namespaces.Get("default").Key, queue, activity)).BacklogCount;

    /// <summary>The next task of a queue whose entries may all be stale; null when they are.</summary>
    public Task<PollWorkflowTaskQueueResponse?> NextTaskOrNothingAsync(string queue) => NextOrNothingAsync(queue, activity: false, token => PollAsync(queue, cancellation: token));

    /// <summary>The next activity of a queue whose entries may all be stale; null when they are.</summary>
    public Task<PollActivityTaskQueueResponse?> NextActivityOrNothingAsync(string queue) => NextOrNothingAsync(queue, activity: true, token => PollActivityAsync(queue, token));

    private async Task<T?> NextOrNothingAsync<T>(string queue, bool activity, Func<CancellationToken, Task<T>> start)
        where T : class
    {
        using var stop = new CancellationTokenSource();
        var poll = start(stop.Token);
        var target = _engine.Core.Matcher.Queue(new(_engine.Core.Namespaces.Get("default").Key, queue, activity));
        await Wait.UntilAsync(() => poll.IsCompleted || target.WaitingCount > 0, "the poll to be answered or to wait");
        await stop.CancelAsync();
        try
        {
            return await poll;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Waits until a poll of the queue waits.</summary>
    public Task WaitingAsync(string queue, bool activity, int count = 1)
    {
        var target = _engine.Core.Matcher.Queue(new(_engine.Core.Namespaces.Get("default").Key, queue, activity));
        return Wait.UntilAsync(() => target.WaitingCount >= count, $"{count} poll(s) waiting on '{queue}'");
    }

    /// <summary>Moves the clock in steps until the task ends.</summary>
    public Task AdvanceUntilAsync(Task task, TimeSpan step) => Wait.UntilAsync(
        () =>
        {
            if (!task.IsCompleted)
                Time.Advance(step);
            return task.IsCompleted;
        },
        "a call to end as time passes");

    public static Payloads Text(string text) => new() { Payloads_ = { new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") }, Data = ByteString.CopyFromUtf8($"\"{text}\"") } } };

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
