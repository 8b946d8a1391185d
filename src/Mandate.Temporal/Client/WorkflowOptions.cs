using System.Linq.Expressions;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Temporal.Common;
using Mandate.Temporal.Reflection;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Client;

/// <summary>How a workflow is started. <see cref="Id"/> and <see cref="TaskQueue"/> are needed.</summary>
public sealed record WorkflowOptions
{
    /// <summary>Creates options; id and task queue have to be set.</summary>
    public WorkflowOptions()
    {
    }

    /// <summary>Creates options.</summary>
    public WorkflowOptions(string id, string taskQueue)
    {
        Id = id;
        TaskQueue = taskQueue;
    }

    /// <summary>Workflow id: at most one workflow with it runs at a time.</summary>
    public string? Id { get; init; }

    /// <summary>Task queue its workers poll.</summary>
    public string? TaskQueue { get; init; }

    /// <summary>One line for people, shown by tools.</summary>
    public string? StaticSummary { get; init; }

    /// <summary>More lines for people, shown by tools.</summary>
    public string? StaticDetails { get; init; }

    /// <summary>Time for the whole chain of runs; null for no limit.</summary>
    public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>Time for one run; null for no limit.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>Time for one workflow task. Default 10 s.</summary>
    public TimeSpan? TaskTimeout { get; init; }

    /// <summary>Whether the id of a closed workflow may be used again.</summary>
    public WorkflowIdReusePolicy IdReusePolicy { get; init; } = WorkflowIdReusePolicy.AllowDuplicate;

    /// <summary>What happens when a workflow with that id runs.</summary>
    public WorkflowIdConflictPolicy IdConflictPolicy { get; init; } = WorkflowIdConflictPolicy.Unspecified;

    /// <summary>How failed runs are repeated; null for not at all.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>Cron schedule; null for none.</summary>
    public string? CronSchedule { get; init; }

    /// <summary>Memo fields.</summary>
    public IReadOnlyDictionary<string, object>? Memo { get; init; }

    /// <summary>Search attributes.</summary>
    public SearchAttributeCollection? TypedSearchAttributes { get; init; }

    /// <summary>Wait before the first workflow task.</summary>
    public TimeSpan? StartDelay { get; init; }

    /// <summary>Signal to send with the start, in one step; a running workflow gets the signal only.</summary>
    public string? StartSignal { get; init; }

    /// <summary>Arguments of <see cref="StartSignal"/>.</summary>
    public IReadOnlyCollection<object?>? StartSignalArgs { get; init; }

    /// <summary>Deduplicates repeated starts; a random one per call when null.</summary>
    public string? RequestId { get; init; }

    /// <summary>Which of several waiting tasks goes first.</summary>
    public Priority? Priority { get; init; }

    /// <summary>How to call.</summary>
    public RpcOptions? Rpc { get; init; }

    /// <summary>A copy that sends a signal with the start: <c>options.SignalWithStart((MyWorkflow wf) => wf.AddAsync(item))</c>.</summary>
    public WorkflowOptions SignalWithStart<TWorkflow>(Expression<Func<TWorkflow, Task>> signalCall)
    {
        var (method, arguments) = CallExpression.Extract(signalCall);
        return SignalWithStart(WorkflowSignalDefinition.NameFromMethod(method), arguments);
    }

    /// <summary>A copy that sends a signal with the start.</summary>
    public WorkflowOptions SignalWithStart(string signal, IReadOnlyCollection<object?> args) => this with { StartSignal = signal, StartSignalArgs = args };

    /// <summary>Id and task queue; memo and arguments may hold secrets.</summary>
    public override string ToString() => $"{Id} on {TaskQueue}";
}
