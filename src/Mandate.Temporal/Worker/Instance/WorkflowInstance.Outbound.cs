using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Sdk.V1;
using Mandate.Protocol.Api.TaskQueue.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker.Instance;

/// <content>End of the outbound chain: what the workflow does becomes commands, and waits for their jobs.</content>
internal sealed partial class WorkflowInstance
{
    private readonly Dictionary<uint, TaskCompletionSource> _timers = [];
    private readonly Dictionary<uint, TaskCompletionSource<Payloads?>> _activities = [];
    private readonly Dictionary<uint, TaskCompletionSource<WorkflowJob.ResolveLocalActivity>> _localActivities = [];
    private readonly Dictionary<uint, TaskCompletionSource<WorkflowJob.ResolveChildStart>> _childStarts = [];
    private readonly Dictionary<uint, TaskCompletionSource<Payloads?>> _childResults = [];
    private readonly Dictionary<uint, TaskCompletionSource<Payloads?>> _externalSignals = [];
    private readonly Dictionary<uint, TaskCompletionSource<Payloads?>> _externalCancels = [];
    private uint _lastTimer;
    private uint _lastActivity;
    private uint _lastChild;
    private uint _lastExternalSignal;
    private uint _lastExternalCancel;

    internal async Task<bool> WaitConditionAsync(WaitConditionOptions options)
    {
        EnsureWritable("wait");
        var token = options.CancellationToken ?? CancellationToken;
        token.ThrowIfCancellationRequested();
        var completion = new TaskCompletionSource();
        var node = _conditions.AddLast(new WaitingCondition(options.ConditionCheck, completion));
        using var registration = token.UnsafeRegister(
            _ =>
            {
                if (node.List is not null)
                    _conditions.Remove(node);
                completion.TrySetCanceled(token);
            },
            null);
        if (options.Timeout is not { } timeout)
        {
            await completion.Task.ConfigureAwait(true);
            return true;
        }

        using var stopTimer = CancellationTokenSource.CreateLinkedTokenSource(token);
        var timer = Outbound.DelayAsync(new(timeout, stopTimer.Token, options.TimeoutSummary));
        if (await Task.WhenAny(completion.Task, timer).ConfigureAwait(true) != timer)
        {
            Stop(stopTimer);
            await completion.Task.ConfigureAwait(true);
            return true;
        }

        if (node.List is not null)
            _conditions.Remove(node);
        await timer.ConfigureAwait(true);
        return false;
    }

    // Not CancelAsync: that would leave the workflow's scheduler.
    private static void Stop(CancellationTokenSource source) => source.Cancel();

    internal ExternalWorkflowHandle<TWorkflow> GetExternalWorkflowHandle<TWorkflow>(string id, string? runId)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new ExternalHandle<TWorkflow>(this, id, runId);
    }

    private T Convert<T>(Payloads? payloads)
    {
        if (typeof(T) == typeof(ValueTuple))
            return default!;
        if (payloads is null || payloads.Payloads_.Count == 0)
        {
            return default(T) is null
                ? default!
                : throw new PayloadConversionException($"There is no result to read as {typeof(T)}.");
        }

        return PayloadConverter.ToValue<T>(payloads.Payloads_[0]);
    }

    private UserMetadata? ToMetadata(string? summary, string? details = null) => summary is null && details is null
        ? null
        : new UserMetadata
        {
            Summary = summary is null ? null : PayloadConverter.ToPayload(summary),
            Details = details is null ? null : PayloadConverter.ToPayload(details),
        };

    private TaskQueue Queue(string? name) => new() { Name = name ?? Info.TaskQueue, Kind = TaskQueueKind.Normal };

    private async Task DelayAsync(DelayAsyncInput input)
    {
        EnsureWritable("start a timer");
        var token = input.CancellationToken ?? CancellationToken;
        token.ThrowIfCancellationRequested();
        if (input.Delay < TimeSpan.Zero && input.Delay != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(input), input.Delay, "A delay is at least 0, or Timeout.InfiniteTimeSpan.");
        var completion = new TaskCompletionSource();
        uint? sequence = null;
        if (input.Delay != Timeout.InfiniteTimeSpan)
        {
            sequence = ++_lastTimer;
            _timers.Add(sequence.Value, completion);
            var delay = input.Delay < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : input.Delay;
            Machine.StartTimer(sequence.Value, delay, ToMetadata(input.Summary));
        }

        using var registration = token.UnsafeRegister(
            _ =>
            {
                if (completion.TrySetCanceled(token) && sequence is { } started && _timers.Remove(started))
                    Machine.CancelTimer(started);
            },
            null);
        await completion.Task.ConfigureAwait(true);
    }

    private async Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input)
    {
        EnsureWritable("schedule an activity");
        var options = input.Options;
        if (options.StartToCloseTimeout is null && options.ScheduleToCloseTimeout is null)
            throw new ArgumentException($"Activity {input.Activity} needs a StartToCloseTimeout or a ScheduleToCloseTimeout.", nameof(input));
        var token = options.CancellationToken ?? CancellationToken;
        if (token.IsCancellationRequested)
            throw new CanceledFailureException($"Activity {input.Activity} was canceled before it was scheduled");
        var sequence = ++_lastActivity;
        var attributes = new ScheduleActivityTaskCommandAttributes
        {
            ActivityId = options.ActivityId ?? sequence.ToString(),
            ActivityType = new() { Name = input.Activity },
            TaskQueue = Queue(options.TaskQueue),
            Header = ToHeader(input.Headers),
            Input = ToPayloads(input.Args),
            ScheduleToCloseTimeout = ToDuration(options.ScheduleToCloseTimeout),
            ScheduleToStartTimeout = ToDuration(options.ScheduleToStartTimeout),
            StartToCloseTimeout = ToDuration(options.StartToCloseTimeout),
            HeartbeatTimeout = ToDuration(options.HeartbeatTimeout),
            RetryPolicy = options.RetryPolicy?.ToProto(),
            Priority = options.Priority?.ToProto(),
        };
        var completion = new TaskCompletionSource<Payloads?>();
        _activities.Add(sequence, completion);
        Machine.ScheduleActivity(sequence, attributes, options.CancellationType, ToMetadata(options.Summary));
        using var registration = token.UnsafeRegister(_ => Machine.CancelActivity(sequence), null);
        return Convert<TResult>(await completion.Task.ConfigureAwait(true));
    }

    private async Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildAsync<TWorkflow, TResult>(StartChildWorkflowInput input)
    {
        EnsureWritable("start a child workflow");
        var options = input.Options;
        var token = options.CancellationToken ?? CancellationToken;
        if (token.IsCancellationRequested)
            throw new CanceledFailureException($"Child workflow {input.Workflow} was canceled before it was started");
        var sequence = ++_lastChild;
        var id = options.Id ?? NewGuid().ToString();
        var attributes = new StartChildWorkflowExecutionCommandAttributes
        {
            Namespace = _options.Namespace,
            WorkflowId = id,
            WorkflowType = new() { Name = input.Workflow },
            TaskQueue = Queue(options.TaskQueue),
            Input = ToPayloads(input.Args),
            WorkflowExecutionTimeout = ToDuration(options.ExecutionTimeout),
            WorkflowRunTimeout = ToDuration(options.RunTimeout),
            WorkflowTaskTimeout = ToDuration(options.TaskTimeout),
            ParentClosePolicy = (Protocol.Api.Enums.V1.ParentClosePolicy)options.ParentClosePolicy,
            WorkflowIdReusePolicy = options.IdReusePolicy,
            RetryPolicy = options.RetryPolicy?.ToProto(),
            CronSchedule = options.CronSchedule ?? "",
            Header = ToHeader(input.Headers),
            Memo = options.Memo is { } memo ? ToMemo(memo) : null,
            SearchAttributes = options.TypedSearchAttributes is { Count: > 0 } searchAttributes ? searchAttributes.ToProto() : null,
            Priority = options.Priority?.ToProto(),
        };
        var started = new TaskCompletionSource<WorkflowJob.ResolveChildStart>();
        var result = new TaskCompletionSource<Payloads?>();
        _childStarts.Add(sequence, started);
        _childResults.Add(sequence, result);
        Machine.StartChild(sequence, attributes, options.CancellationType, ToMetadata(options.StaticSummary, options.StaticDetails));

        // The registration lives as long as the child, not only until it has started.
        var registration = token.UnsafeRegister(_ => Machine.CancelChild(sequence, "Parent canceled its wait for the child"), null);
        _ = result.Task.ContinueWith(
            static (_, state) => ((CancellationTokenRegistration)state!).Unregister(),
            registration,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            this);

        var outcome = await started.Task.ConfigureAwait(true);
        if (outcome.Failure is { } failure)
        {
            _childResults.Remove(sequence);
            registration.Unregister();
            if (outcome.AlreadyStarted)
                throw new WorkflowAlreadyStartedException($"Child workflow {id} runs already", id, input.Workflow, runId: "");
            throw ToException(failure);
        }

        return new ChildHandle<TWorkflow, TResult>(this, id, outcome.RunId, result.Task);
    }

    private async Task SignalExternalAsync(WorkflowExecution target, bool childOnly, string signal, IReadOnlyCollection<object?> args, IReadOnlyDictionary<string, Payload>? headers, CancellationToken? cancellationToken)
    {
        EnsureWritable("signal a workflow");
        var token = cancellationToken ?? CancellationToken;
        if (token.IsCancellationRequested)
            throw new CanceledFailureException($"Signal {signal} was canceled before it was sent");
        var sequence = ++_lastExternalSignal;
        var completion = new TaskCompletionSource<Payloads?>();
        _externalSignals.Add(sequence, completion);
        Machine.SignalExternal(sequence, new()
        {
            Namespace = _options.Namespace,
            Execution = target,
            SignalName = signal,
            Input = ToPayloads(args),
            ChildWorkflowOnly = childOnly,
            Header = ToHeader(headers),
        });
        using var registration = token.UnsafeRegister(_ => Machine.CancelExternalSignal(sequence), null);
        await completion.Task.ConfigureAwait(true);
    }

    private async Task CancelExternalAsync(CancelExternalWorkflowInput input)
    {
        EnsureWritable("cancel a workflow");
        var sequence = ++_lastExternalCancel;
        var completion = new TaskCompletionSource<Payloads?>();
        _externalCancels.Add(sequence, completion);
        Machine.CancelExternal(sequence, new()
        {
            Namespace = _options.Namespace,
            WorkflowId = input.Id,
            RunId = input.RunId ?? "",
            Reason = $"Requested by workflow {Info.WorkflowId}",
        });
        await completion.Task.ConfigureAwait(true);
    }

    private sealed class RootOutbound(WorkflowInstance instance) : WorkflowOutboundInterceptor
    {
        public override Task DelayAsync(DelayAsyncInput input) => instance.DelayAsync(input);

        public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) => instance.ScheduleActivityAsync<TResult>(input);

        public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) => instance.ScheduleLocalActivityAsync<TResult>(input);

        public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
            instance.StartChildAsync<TWorkflow, TResult>(input);

        public override Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) =>
            instance.SignalExternalAsync(new() { WorkflowId = input.Id }, childOnly: true, input.Signal, input.Args, input.Headers, input.Options?.CancellationToken);

        public override Task SignalExternalWorkflowAsync(SignalExternalWorkflowInput input) =>
            instance.SignalExternalAsync(
                new() { WorkflowId = input.Id, RunId = input.RunId ?? "" }, childOnly: false, input.Signal, input.Args, input.Headers, input.Options?.CancellationToken);

        public override Task CancelExternalWorkflowAsync(CancelExternalWorkflowInput input) => instance.CancelExternalAsync(input);

        public override ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input)
        {
            instance.EnsureWritable("continue as new");
            return new(input);
        }
    }

    private sealed class ChildHandle<TWorkflow, TResult>(WorkflowInstance instance, string id, string runId, Task<Payloads?> result) : ChildWorkflowHandle<TWorkflow, TResult>
    {
        public override string Id => id;

        public override string FirstExecutionRunId => runId;

        public override async Task<TValue> GetResultAsync<TValue>() => instance.Convert<TValue>(await result.ConfigureAwait(true));

        public override Task SignalAsync(string signal, IReadOnlyCollection<object?> args, ChildWorkflowSignalOptions? options = null) =>
            instance.Outbound.SignalChildWorkflowAsync(new(id, signal, args, options, Headers: null));
    }

    private sealed class ExternalHandle<TWorkflow>(WorkflowInstance instance, string id, string? runId) : ExternalWorkflowHandle<TWorkflow>
    {
        public override string Id => id;

        public override string? RunId => runId;

        public override Task SignalAsync(string signal, IReadOnlyCollection<object?> args, ExternalWorkflowSignalOptions? options = null) =>
            instance.Outbound.SignalExternalWorkflowAsync(new(id, runId, signal, args, options, Headers: null));

        public override Task CancelAsync() => instance.Outbound.CancelExternalWorkflowAsync(new(id, runId));
    }
}
