using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace Mandate.Temporal.Worker.Instance;

/// <summary>
/// Sees workflow code leave its scheduler, at the moment it does: by a task on another scheduler, a timer, or a blocking wait. Listens to the runtime's own events, which arrive on the
/// thread that causes them.
/// </summary>
/// <remarks>Listening costs every task of the process a little, so it is done only while watched code runs, and only the first activations of each workflow type are watched.</remarks>
internal sealed class ForeignWaitListener : EventListener
{
    private const string Tasks = "System.Threading.Tasks.TplEventSource";
    private const string Framework = "System.Diagnostics.Eventing.FrameworkEventSource";
    private const EventKeywords TaskEvents = (EventKeywords)0x2;
    private const EventKeywords ThreadTransferEvents = (EventKeywords)0x10;
    private const int TaskScheduled = 7;
    private const int TaskWaitBegin = 10;
    private const int ThreadTransferSend = 150;
    private const int SynchronousWait = 1;
    private const int TimerTransfer = 1;

    private static readonly Lazy<ForeignWaitListener> Shared = new(() => new());

    [ThreadStatic]
    private static WorkflowInstance? _watched;

    private readonly Lock _lock = new();
    private EventSource? _tasks;
    private EventSource? _framework;
    private int _watching;

    private ForeignWaitListener()
    {
    }

    /// <summary>Runs an action of a workflow under watch.</summary>
    internal static void Watch(WorkflowInstance instance, Action action) => Shared.Value.WatchCore(instance, action);

    /// <summary>Runs what may leave the scheduler, such as logging, without being seen.</summary>
    internal static T WithoutWatching<T>(Func<T> function)
    {
        var watched = _watched;
        _watched = null;
        try
        {
            return function();
        }
        finally
        {
            _watched = watched;
        }
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Tasks)
            _tasks = eventSource;
        else if (eventSource.Name == Framework)
            _framework = eventSource;
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (_watched is not { } instance || eventData.Payload is not { } payload)
            return;
        var what = eventData.EventId switch
        {
            TaskScheduled when eventData.EventSource == _tasks && payload[0] is int scheduler && scheduler != instance.Id =>
                "started a task outside the workflow (Task.Run or the like). Use Workflow.RunTaskAsync, and leave I/O to activities",
            TaskWaitBegin when eventData.EventSource == _tasks && payload.Count > 3 && payload[3] is int behavior && behavior == SynchronousWait =>
                "waits for a task by blocking (Wait, Result). Use await",
            ThreadTransferSend when eventData.EventSource == _framework && payload.Count > 1 && payload[1] is int kind && kind == TimerTransfer =>
                "started a timer of the machine (Task.Delay, CancelAfter or the like). Use Workflow.DelayAsync, or Workflow.WaitConditionAsync with a timeout",
            _ => null,
        };
        if (what is null)
            return;
        _watched = null;
        instance.ReportForeignWait(what, Where());
    }

    private void WatchCore(WorkflowInstance instance, Action action)
    {
        Listen(+1);
        _watched = instance;
        try
        {
            action();
        }
        finally
        {
            _watched = null;
            Listen(-1);
        }
    }

    private void Listen(int change)
    {
        lock (_lock)
        {
            var before = _watching;
            _watching += change;
            if ((before == 0) == (_watching == 0))
                return;
            if (_watching > 0)
            {
                if (_tasks is not null)
                    EnableEvents(_tasks, EventLevel.Informational, TaskEvents);
                if (_framework is not null)
                    EnableEvents(_framework, EventLevel.Informational, ThreadTransferEvents);
                return;
            }

            if (_tasks is not null)
                DisableEvents(_tasks);
            if (_framework is not null)
                DisableEvents(_framework);
        }
    }

    /// <summary>The innermost method that is neither the runtime's nor the SDK's.</summary>
    private static string? Where()
    {
        foreach (var frame in new StackTrace().GetFrames())
        {
            var method = frame.GetMethod();
            var type = method?.DeclaringType;
            if (type?.FullName is not { } name || name.StartsWith("System.", StringComparison.Ordinal) || type.Assembly == typeof(ForeignWaitListener).Assembly)
                continue;

            // An async method is a nested class <Name>d__1 with a method MoveNext.
            return type.Name.StartsWith('<') && type.DeclaringType is { } outer && type.Name.IndexOf('>', StringComparison.Ordinal) is var end and > 1
                ? $"{outer.FullName}.{type.Name[1..end]}"
                : $"{name}.{method!.Name}";
        }

        return null;
    }
}
