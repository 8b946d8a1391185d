using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>The pending workflow task of a run; there is at most one.</summary>
internal sealed record WorkflowTaskState
{
    /// <summary>Id of WorkflowTaskScheduled; for a transient task the id that event will get.</summary>
    public required long ScheduledId { get; init; }

    /// <summary>Id of WorkflowTaskStarted, 0 while nobody has taken the task.</summary>
    public long StartedId { get; init; }

    /// <summary>1 for a normal task; from 2 on the task is transient.</summary>
    public required int Attempt { get; init; }

    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>When the first of a row of heartbeat tasks was scheduled.</summary>
    public required DateTimeOffset OriginalScheduledAt { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>What WorkflowTaskStarted says; for a transient task, what it will say once it is written.</summary>
    public WorkflowTaskStartedEventAttributes? StartedAttributes { get; init; }

    public required TimeSpan StartToCloseTimeout { get; init; }

    /// <summary>The worker's own queue, when the task was scheduled to one; empty for the normal queue.</summary>
    public string StickyQueue { get; init; } = "";

    /// <summary>How long the task may wait on the worker's own queue.</summary>
    public TimeSpan StickyTimeout { get; init; }

    public bool IsStarted => StartedId != 0;

    public bool IsTransient => Attempt > 1;

    public bool IsSticky => StickyQueue.Length > 0;
}
