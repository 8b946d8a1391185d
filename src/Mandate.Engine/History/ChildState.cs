using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>A child workflow from its initiation to its close.</summary>
internal sealed class ChildState(HistoryEvent initiated)
{
    public HistoryEvent InitiatedEvent { get; } = initiated;

    public long InitiatedId => InitiatedEvent.EventId;

    public StartChildWorkflowExecutionInitiatedEventAttributes Attributes => InitiatedEvent.StartChildWorkflowExecutionInitiatedEventAttributes;

    /// <summary>The child's first run; empty until it has started.</summary>
    public string RunId { get; set; } = "";

    /// <summary>Id of ChildWorkflowExecutionStarted; 0 until that event has one.</summary>
    public long StartedId { get; set; }

    public bool IsStarted => RunId.Length > 0;
}
