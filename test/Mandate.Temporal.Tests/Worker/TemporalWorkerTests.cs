using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Query.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;
using Mandate.Testing;

namespace Mandate.Temporal.Tests.Worker;

public sealed class TemporalWorkerTests
{
    private readonly FakeService _service = new();

    [Theory]
    [InlineData("", 1, 1, "needs a task queue")]
    [InlineData("queue", 0, 0, "neither workflows nor activities")]
    [InlineData("queue", 2, 0, "more than one workflow named Waiting")]
    [InlineData("queue", 0, 2, "more than one activity named Do")]
    public void Construct_OptionsThatCannotWork_SaysWhatIsWrong(string queue, int workflows, int activities, string what)
    {
        var options = new TemporalWorkerOptions(queue);
        for (var i = 0; i < workflows; i++)
            options.AddWorkflow<Waiting>();
        for (var i = 0; i < activities; i++)
            options.AddActivity(ActivityDefinition.CreateWithoutAttribute("Do", () => { }));

        Should.Throw<ArgumentException>(() => new TemporalWorker(new TemporalClient(_service.Handler), options)).Message.ShouldContain(what);
    }

    [Theory]
    [InlineData(nameof(TemporalWorkerOptions.MaxConcurrentActivities), 0)]
    [InlineData(nameof(TemporalWorkerOptions.MaxConcurrentWorkflowTasks), 0)]
    [InlineData(nameof(TemporalWorkerOptions.MaxCachedWorkflows), -1)]
    public void Construct_LimitOutOfRange_NamesIt(string option, int value)
    {
        var options = new TemporalWorkerOptions("queue").AddWorkflow<Waiting>();
        typeof(TemporalWorkerOptions).GetProperty(option)!.SetValue(options, value);

        Should.Throw<ArgumentException>(() => new TemporalWorker(new TemporalClient(_service.Handler), options)).Message.ShouldContain(option);
    }

    [Fact]
    public async Task Execute_UnknownNamespace_EndsWithTheError()
    {
        _service.On<DescribeNamespaceRequest>(_ => throw new RpcException(RpcStatusCode.NotFound, "Namespace default is not found"));

        (await Should.ThrowAsync<RpcException>(Worker().ExecuteAsync(CancellationToken.None))).Message.ShouldContain("default");
    }

    [Fact]
    public async Task Execute_PollRefusedForGood_EndsWithTheError()
    {
        _service.On<PollWorkflowTaskQueueRequest>(_ => throw new RpcException(RpcStatusCode.PermissionDenied, "not you"));

        (await Should.ThrowAsync<RpcException>(Worker().ExecuteAsync(CancellationToken.None).WaitAsync(Eventually.Limit))).Message.ShouldBe("not you");
    }

    [Fact]
    public async Task Execute_PollFailsForAWhile_GoesOn()
    {
        var clock = new ManualTimeProvider();
        var polls = 0;
        _service.OnAsync<PollWorkflowTaskQueueRequest>((_, call) => Interlocked.Increment(ref polls) <= 4 ? throw new RpcException(RpcStatusCode.Unavailable, "away") : FakeService.WaitAsync(call));
        var options = new TemporalWorkerOptions("queue") { MaxConcurrentWorkflowTaskPolls = 2, DeadlockTimeout = null }.AddWorkflow<Waiting>();
        using var worker = new TemporalWorker(new TemporalClient(_service.Handler, new() { TimeProvider = clock }), options);

        await worker.ExecuteAsync(async () =>
        {
            while (polls < 6)
            {
                await Eventually.BecomesAsync(() => polls >= 6 || clock.ArmedTimers > 0);
                clock.Advance(TimeSpan.FromSeconds(15));
            }
        }).WaitAsync(Eventually.Limit);
    }

    [Fact]
    public async Task Execute_Twice_IsRefused()
    {
        using var worker = Worker();
        await worker.ExecuteAsync(() => Task.CompletedTask);

        await Should.ThrowAsync<InvalidOperationException>(worker.ExecuteAsync(() => Task.CompletedTask));
    }

    [Fact]
    public async Task Execute_Stopped_TellsTheServerOnceAndEndsCanceled()
    {
        using var stop = new CancellationTokenSource();
        var running = Worker().ExecuteAsync(stop.Token);
        await Eventually.BecomesAsync(() => _service.Requests<PollWorkflowTaskQueueRequest>().Any(p => p.TaskQueue.Kind == TaskQueueKind.Sticky));

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running.WaitAsync(Eventually.Limit));
        var notice = _service.Requests<ShutdownWorkerRequest>().ShouldHaveSingleItem();
        notice.StickyTaskQueue.ShouldBe(_service.Requests<PollWorkflowTaskQueueRequest>().First(p => p.TaskQueue.Kind == TaskQueueKind.Sticky).TaskQueue.Name);
    }

    [Fact]
    public async Task Execute_StoppedOnAServerThatEndsPolls_TakesTheTaskThatAPollBringsLast()
    {
        var shutdown = new TaskCompletionSource();
        _service.On<DescribeNamespaceRequest>(_ => new DescribeNamespaceResponse { NamespaceInfo = new() { Capabilities = new() { WorkerPollCompleteOnShutdown = true } } });
        _service.On<ShutdownWorkerRequest>(_ =>
        {
            shutdown.SetResult();
            return new ShutdownWorkerResponse();
        });
        var polls = 0;
        _service.OnAsync<PollWorkflowTaskQueueRequest>(async (request, call) =>
        {
            var first = Interlocked.Increment(ref polls) == 1;
            await shutdown.Task.WaitAsync(call.Cancellation);
            return first ? FirstTask() : new PollWorkflowTaskQueueResponse();
        });
        var completed = Completions();
        using var worker = Worker();

        await worker.ExecuteAsync(() => Eventually.BecomesAsync(() => polls == 32)).WaitAsync(Eventually.Limit);

        (await completed.WaitAsync(Eventually.Limit)).ReturnNewWorkflowTask.ShouldBeFalse();
        polls.ShouldBe(32);
    }

    [Fact]
    public async Task Execute_WithoutCache_PollsTheCommonQueueOnlyAndSendsNoStickyAttributes()
    {
        _service.OnSequence<PollWorkflowTaskQueueRequest>(_ => FirstTask());
        var completed = Completions();
        using var worker = Worker(o => o.MaxCachedWorkflows = 0);

        await worker.ExecuteAsync(() => completed).WaitAsync(Eventually.Limit);

        _service.Requests<PollWorkflowTaskQueueRequest>().ShouldAllBe(p => p.TaskQueue.Kind == TaskQueueKind.Normal);
        (await completed).StickyAttributes.ShouldBeNull();
    }

    [Fact]
    public async Task Task_First_IsCompletedWithCommandsMetadataAndStickyAttributes()
    {
        _service.OnSequence<PollWorkflowTaskQueueRequest>(_ => FirstTask());
        var completed = Completions();
        using var worker = Worker();

        await worker.ExecuteAsync(() => completed).WaitAsync(Eventually.Limit);

        var request = await completed;
        request.Commands.ShouldHaveSingleItem().CommandType.ShouldBe(CommandType.StartTimer);
        request.SdkMetadata.SdkName.ShouldBe("mandate-dotnet");
        request.SdkMetadata.CoreUsedFlags.ShouldBe([1u, 2u, 3u]);
        request.StickyAttributes.WorkerTaskQueue.NormalName.ShouldBe("queue");
        request.ReturnNewWorkflowTask.ShouldBeTrue();
        request.Identity.ShouldBe($"{Environment.ProcessId}@{Environment.MachineName}");
    }

    [Fact]
    public async Task Task_PartialHistoryOfARunNotCached_FetchesTheWholeHistoryInPages()
    {
        var history = new HistoryBuilder().Started("Waiting").Task().TimerStarted().Signaled("Wake").OpenTask();
        var task = TaskOf(history, previousStarted: 3);
        task.History.Events.Clear();
        task.History.Events.Add(history.Events.Skip(5));
        _service.OnSequence<PollWorkflowTaskQueueRequest>(_ => task);
        _service.On<GetWorkflowExecutionHistoryRequest>(r => new GetWorkflowExecutionHistoryResponse
        {
            History = new() { Events = { r.NextPageToken.IsEmpty ? history.Events.Take(4) : history.Events.Skip(4) } },
            NextPageToken = r.NextPageToken.IsEmpty ? ByteString.CopyFromUtf8("more") : ByteString.Empty,
        });
        var completed = Completions();
        using var worker = Worker();

        await worker.ExecuteAsync(() => completed).WaitAsync(Eventually.Limit);

        (await completed).Commands.Select(c => c.CommandType).ShouldBe([CommandType.CancelTimer, CommandType.CompleteWorkflowExecution]);
        _service.Requests<GetWorkflowExecutionHistoryRequest>().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Task_Nondeterministic_FailsWithCauseAndBothSides()
    {
        _service.OnSequence<PollWorkflowTaskQueueRequest>(_ => TaskOf(new HistoryBuilder().Started("Waiting").Task().ActivityScheduled().Signaled("x").OpenTask(), previousStarted: 3));
        var failed = Failures();
        using var worker = Worker();

        await worker.ExecuteAsync(() => failed).WaitAsync(Eventually.Limit);

        var request = await failed;
        request.Cause.ShouldBe(WorkflowTaskFailedCause.NonDeterministicError);
        request.Failure.Message.ShouldContain("ActivityTaskScheduled");
        request.Failure.Message.ShouldContain("StartTimer");
    }

    [Fact]
    public async Task Task_FailingAgain_IsNotReportedASecondTime()
    {
        var broken = TaskOf(new HistoryBuilder().Started("Nobody").OpenTask());
        broken.Attempt = 2;
        _service.OnSequence<PollWorkflowTaskQueueRequest>(_ => broken, _ => FirstTask());
        var completed = Completions();
        using var worker = Worker();

        await worker.ExecuteAsync(() => completed).WaitAsync(Eventually.Limit);

        _service.Requests<RespondWorkflowTaskFailedRequest>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Task_CompletionNotFound_DropsTheRunAndReplaysItNextTime()
    {
        var history = new HistoryBuilder().Started("Waiting").Task().TimerStarted().Signaled("Wake").OpenTask();
        var completions = 0;
        var done = new TaskCompletionSource<RespondWorkflowTaskCompletedRequest>();
        _service.On<RespondWorkflowTaskCompletedRequest>(r =>
        {
            if (Interlocked.Increment(ref completions) == 1)
                throw new RpcException(RpcStatusCode.NotFound, "Workflow task not found.");
            done.TrySetResult(r);
            return new RespondWorkflowTaskCompletedResponse();
        });
        _service.OnSequence<PollWorkflowTaskQueueRequest>(_ => FirstTask(), _ => TaskOf(history, previousStarted: 3));
        using var worker = Worker();

        await worker.ExecuteAsync(() => done.Task).WaitAsync(Eventually.Limit);

        (await done.Task).Commands.Select(c => c.CommandType).ShouldBe([CommandType.CancelTimer, CommandType.CompleteWorkflowExecution]);
    }

    [Fact]
    public async Task Task_InTheAnswer_IsWorkedOnWithTheCachedRun()
    {
        var history = new HistoryBuilder().Started("Waiting").OpenTask();
        var first = TaskOf(history);
        history.TaskCompleted().TimerStarted().Signaled("Wake").OpenTask();
        var second = TaskOf(history, previousStarted: 3);
        second.History.Events.Clear();
        second.History.Events.Add(history.Events.Skip(3));
        var done = new TaskCompletionSource<RespondWorkflowTaskCompletedRequest>();
        _service.OnSequence<PollWorkflowTaskQueueRequest>(_ => first);
        _service.OnSequence<RespondWorkflowTaskCompletedRequest>(
            _ => new RespondWorkflowTaskCompletedResponse { WorkflowTask = second },
            r =>
            {
                done.TrySetResult(r);
                return new RespondWorkflowTaskCompletedResponse();
            });
        using var worker = Worker();

        await worker.ExecuteAsync(() => done.Task).WaitAsync(Eventually.Limit);

        (await done.Task).Commands[^1].CommandType.ShouldBe(CommandType.CompleteWorkflowExecution);
        _service.Requests<GetWorkflowExecutionHistoryRequest>().ShouldBeEmpty();
        await Eventually.BecomesAsync(() => worker.Workflows!.Cache.Count == 0);
    }

    [Fact]
    public async Task Query_Attached_IsAnsweredWithTheCompletion()
    {
        var task = FirstTask();
        task.Queries["q1"] = new WorkflowQuery { QueryType = "State" };
        task.Queries["q2"] = new WorkflowQuery { QueryType = "Nothing" };
        _service.OnSequence<PollWorkflowTaskQueueRequest>(_ => task);
        var completed = Completions();
        using var worker = Worker();

        await worker.ExecuteAsync(() => completed).WaitAsync(Eventually.Limit);

        var results = (await completed).QueryResults;
        results["q1"].Answer.Payloads_[0].Data.ToStringUtf8().ShouldBe("\"waiting\"");
        results["q2"].ResultType.ShouldBe(QueryResultType.Failed);
    }

    [Fact]
    public async Task Query_Direct_IsAnsweredByItself()
    {
        var task = TaskOf(new HistoryBuilder().Started("Waiting").Task().TimerStarted(), previousStarted: 3);
        task.StartedEventId = 0;
        task.Query = new WorkflowQuery { QueryType = "State" };
        var answered = new TaskCompletionSource<RespondQueryTaskCompletedRequest>();
        _service.OnSequence<PollWorkflowTaskQueueRequest>(_ => task);
        _service.On<RespondQueryTaskCompletedRequest>(r =>
        {
            answered.TrySetResult(r);
            return new RespondQueryTaskCompletedResponse();
        });
        using var worker = Worker();

        await worker.ExecuteAsync(() => answered.Task).WaitAsync(Eventually.Limit);

        (await answered.Task).QueryResult.Payloads_[0].Data.ToStringUtf8().ShouldBe("\"waiting\"");
        _service.Requests<RespondWorkflowTaskCompletedRequest>().ShouldBeEmpty();
    }

    private Task<RespondWorkflowTaskCompletedRequest> Completions() => First<RespondWorkflowTaskCompletedRequest>(new RespondWorkflowTaskCompletedResponse());

    private Task<RespondWorkflowTaskFailedRequest> Failures() => First<RespondWorkflowTaskFailedRequest>(new RespondWorkflowTaskFailedResponse());

    private Task<TRequest> First<TRequest>(IMessage answer)
        where TRequest : IMessage
    {
        var first = new TaskCompletionSource<TRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        _service.On<TRequest>(r =>
        {
            first.TrySetResult(r);
            return answer;
        });
        return first.Task;
    }

    private static PollWorkflowTaskQueueResponse FirstTask() => TaskOf(new HistoryBuilder().Started("Waiting").OpenTask());

    private static PollWorkflowTaskQueueResponse TaskOf(HistoryBuilder history, long previousStarted = 0) => new()
    {
        TaskToken = ByteString.CopyFromUtf8("token"),
        WorkflowExecution = new() { WorkflowId = "workflow", RunId = HistoryBuilder.RunId },
        WorkflowType = new() { Name = history.Events[0].WorkflowExecutionStartedEventAttributes.WorkflowType.Name },
        PreviousStartedEventId = previousStarted,
        StartedEventId = history.LastId,
        Attempt = 1,
        History = new() { Events = { history.Events } },
    };

    private TemporalWorker Worker(Action<TemporalWorkerOptions>? configure = null)
    {
        var options = new TemporalWorkerOptions("queue").AddWorkflow<Waiting>();
        configure?.Invoke(options);
        return new(new TemporalClient(_service.Handler), options);
    }

    [Workflow]
    public sealed class Waiting
    {
        private bool _woken;

        [WorkflowQuery]
        public string State => _woken ? "woken" : "waiting";

        [WorkflowRun]
        public Task RunAsync() => Workflow.WaitConditionAsync(() => _woken, TimeSpan.FromDays(1));

        [WorkflowSignal]
        public Task WakeAsync()
        {
            _woken = true;
            return System.Threading.Tasks.Task.CompletedTask;
        }
    }
}
