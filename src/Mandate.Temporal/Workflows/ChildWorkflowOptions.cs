using Mandate.Protocol.Api.Enums.V1;
using Mandate.Temporal.Common;

namespace Mandate.Temporal.Workflows;

/// <summary>How a child workflow is started.</summary>
public sealed record ChildWorkflowOptions
{
    /// <summary>Workflow id; a deterministic GUID when null.</summary>
    public string? Id { get; init; }

    /// <summary>Task queue; the parent's own when null.</summary>
    public string? TaskQueue { get; init; }

    /// <summary>One line for people, shown by tools.</summary>
    public string? StaticSummary { get; init; }

    /// <summary>More lines for people, shown by tools.</summary>
    public string? StaticDetails { get; init; }

    /// <summary>How failed runs are repeated; null for not at all.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>What a cancellation does.</summary>
    public ChildWorkflowCancellationType CancellationType { get; init; } = ChildWorkflowCancellationType.WaitCancellationCompleted;

    /// <summary>Cancels the child; the workflow's own token when null.</summary>
    public CancellationToken? CancellationToken { get; init; }

    /// <summary>What becomes of the child when the parent ends.</summary>
    public ParentClosePolicy ParentClosePolicy { get; init; } = ParentClosePolicy.Terminate;

    /// <summary>Time for the whole chain of runs.</summary>
    public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>Time for one run.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>Time for one workflow task. Default 10 s.</summary>
    public TimeSpan? TaskTimeout { get; init; }

    /// <summary>Whether the id of a closed workflow may be used again.</summary>
    public WorkflowIdReusePolicy IdReusePolicy { get; init; } = WorkflowIdReusePolicy.AllowDuplicate;

    /// <summary>Cron schedule; null for none.</summary>
    public string? CronSchedule { get; init; }

    /// <summary>Memo fields.</summary>
    public IReadOnlyDictionary<string, object>? Memo { get; init; }

    /// <summary>Search attributes.</summary>
    public SearchAttributeCollection? TypedSearchAttributes { get; init; }

    /// <summary>Which of several waiting tasks goes first.</summary>
    public Priority? Priority { get; init; }
}
