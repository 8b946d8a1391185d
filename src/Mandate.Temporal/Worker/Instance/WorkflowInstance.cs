using System.Diagnostics.CodeAnalysis;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker.Instance;

/// <summary>
/// Runs the user's code of one run. It is itself the task scheduler of that code: a first-in-first-out list worked off by the thread that activates it, without inlining and without a
/// synchronisation context, so that the order of steps depends on history alone.
/// </summary>
/// <remarks>
/// <para>One activation:</para>
/// <list type="number">
/// <item>apply all jobs: each settles a wait or queues a handler;</item>
/// <item>on the first, the workflow object is made before any handler runs, and the run method begins after the handlers of that activation;</item>
/// <item>run queued steps until none is left;</item>
/// <item>check wait conditions in order of arrival; the first that is true is settled; go on with 3.</item>
/// </list>
/// <para>Code here awaits with <c>ConfigureAwait(true)</c>: it has to stay on this scheduler.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The cancellation source has no timer, and a run that is given up is left to the garbage collector.")]
internal sealed partial class WorkflowInstance : TaskScheduler
{
    private readonly WorkflowInstanceOptions _options;
    private readonly Queue<Task> _ready = new();
    private readonly Lock _readyLock = new();
    private readonly LinkedList<WaitingCondition> _conditions = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly WorkflowInboundInterceptor _inbound;
    private WorkflowOutboundInterceptor? _outbound;
    private WorkflowJob.Start? _start;
    private object?[] _arguments = [];
    private object? _instance;
    private Exception? _taskFailure;
    private int _activatingThread;
    private string? _readOnlyBecause;

    internal WorkflowInstance(WorkflowInstanceOptions options, WorkflowDefinition definition, WorkflowMachine machine)
    {
        _options = options;
        Definition = definition;
        Machine = machine;
        CancellationToken = _cancellation.Token;
        WorkflowInboundInterceptor inbound = new RootInbound(this);
        for (var i = options.Interceptors.Count - 1; i >= 0; i--)
            inbound = options.Interceptors[i].InterceptWorkflow(inbound);
        _inbound = inbound;
    }

    internal WorkflowDefinition Definition { get; }

    internal WorkflowMachine Machine { get; }

    internal IPayloadConverter PayloadConverter => _options.DataConverter.PayloadConverter;

    internal CancellationToken CancellationToken { get; }

    internal DateTime UtcNow => Machine.Time;

    internal object Instance => _instance ?? throw new InvalidOperationException("The workflow object is not made yet.");

    internal WorkflowOutboundInterceptor Outbound => _outbound ?? throw NotInitialised();

    internal ILogger Logger => field ??= new ReplaySafeLogger(_options.LoggerFactory.CreateLogger($"Mandate.Temporal.Workflow:{Info.WorkflowType}"), this);

    /// <summary>Applies jobs and runs the workflow until it waits for something.</summary>
    /// <exception cref="WorkflowTaskFailedException">The code failed in a way that must not end the workflow: its task is to be tried again.</exception>
    internal void Activate(List<WorkflowJob> jobs)
    {
        if (Definition.TakeWatch())
            OnThisThread(() => ForeignWaitListener.Watch(this, () => ActivateCore(jobs)));
        else
            OnThisThread(() => ActivateCore(jobs));
    }

    private void ActivateCore(List<WorkflowJob> jobs)
    {
        foreach (var job in jobs)
            Apply(job);
        if (_start is { } start)
        {
            _start = null;
            Enqueue(() => RunWorkflowAsync(start));
        }

        RunUntilIdle();
    }

    /// <summary>The run is to end, since it was asked to or its code says so.</summary>
    internal void CancelRun()
    {
        EnsureWritable("cancel the run");
        Enqueue(() =>
        {
            _cancellation.Cancel();
            return Task.CompletedTask;
        });
    }

    /// <summary>The code left the scheduler; the task fails.</summary>
    internal void ReportForeignWait(string what, string? where) => FailTask(new InvalidWorkflowOperationException(
        $"Workflow code {what}.{(where is null ? "" : $" It happened in {where}.")} If it is harmless there, such as in a library that logs, wrap it in Workflow.Unsafe.WithoutWatching."));

    /// <summary>Stops a thread that is not activating the instance from entering it, and says whether one tried.</summary>
    internal void OnThisThread(Action action)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _activatingThread = Environment.CurrentManagedThreadId;
        try
        {
            action();
        }
        finally
        {
            _activatingThread = 0;
            SynchronizationContext.SetSynchronizationContext(context);
        }

        if (_taskFailure is { } failure)
            throw new WorkflowTaskFailedException(failure);
    }

    internal Task RunTaskAsync(Func<Task> function, CancellationToken cancellationToken)
    {
        EnsureWritable("run a task");
        return Task.Factory.StartNew(function, cancellationToken, TaskCreationOptions.DenyChildAttach, this).Unwrap();
    }

    internal Task<TResult> RunTaskAsync<TResult>(Func<Task<TResult>> function, CancellationToken cancellationToken)
    {
        EnsureWritable("run a task");
        return Task.Factory.StartNew(function, cancellationToken, TaskCreationOptions.DenyChildAttach, this).Unwrap();
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (_readyLock)
        {
            // Somebody else's thread resumes the workflow: what it waited for was not a workflow's wait, and on replay it would come at another moment.
            if (_activatingThread != Environment.CurrentManagedThreadId)
                _taskFailure ??= new InvalidWorkflowOperationException(
                    "The workflow was resumed from outside: it awaited something that is not a workflow's wait, such as Task.Run, Task.Delay, a timer or I/O. " +
                    "Use Workflow.RunTaskAsync, Workflow.DelayAsync and Workflow.WaitConditionAsync, and leave I/O to activities.");
            else
                _ready.Enqueue(task);
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_readyLock)
            return [.. _ready];
    }

    private void RunUntilIdle()
    {
        do
        {
            while (_taskFailure is null && TryDequeue(out var task))
                TryExecuteTask(task);
        }
        while (_taskFailure is null && (DeliverBufferedSignals() || SettleCondition()));
    }

    private bool TryDequeue(out Task task)
    {
        lock (_readyLock)
            return _ready.TryDequeue(out task!);
    }

    /// <summary>Checks conditions on the scheduler, since they may use the workflow's context.</summary>
    private bool SettleCondition()
    {
        if (_conditions.Count == 0)
            return false;
        var settled = false;
        new Task(() => settled = SettleFirstCondition()).Start(this);
        while (TryDequeue(out var task))
            TryExecuteTask(task);
        return settled;
    }

    private bool SettleFirstCondition()
    {
        for (var node = _conditions.First; node is not null; node = node.Next)
        {
            bool met;
            try
            {
                met = node.Value.Check();
            }
            catch (Exception e)
            {
                _conditions.Remove(node);
                node.Value.Completion.SetException(e);
                return true;
            }

            if (!met)
                continue;
            _conditions.Remove(node);
            node.Value.Completion.SetResult();
            return true;
        }

        return false;
    }

    /// <summary>Queues a step of its own; what it throws fails the workflow task.</summary>
    private void Enqueue(Func<Task> step) => _ = Task.Factory.StartNew(
        async () =>
        {
            try
            {
                await step().ConfigureAwait(true);
            }
            catch (Exception e)
            {
                FailTask(e);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.DenyChildAttach,
        this);

    private void FailTask(Exception e) => _taskFailure ??= e;

    private void EnsureWritable(string what)
    {
        if (_readOnlyBecause is { } because)
            throw new InvalidWorkflowOperationException($"A {because} must not {what}: it may only look at the workflow's state.");
    }

    private sealed record WaitingCondition(Func<bool> Check, TaskCompletionSource Completion);
}
