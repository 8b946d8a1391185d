using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Workflow.V1;

namespace Mandate.Engine.Storage;

/// <summary>What the store knows of a run without its history.</summary>
internal sealed record RunRow
{
    /// <summary>The store's number of the run: later runs have larger ones.</summary>
    public required long Key { get; init; }

    public required int NamespaceKey { get; init; }

    public required string WorkflowId { get; init; }

    public required string RunId { get; init; }

    /// <summary>First run of the chain of continuations this run belongs to.</summary>
    public required string FirstRunId { get; init; }

    /// <summary>Request id of the start, by which a repeated start is recognised.</summary>
    public required string RequestId { get; init; }

    public required WorkflowExecutionStatus Status { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public DateTimeOffset? CloseTime { get; init; }

    public bool IsOpen => Status is WorkflowExecutionStatus.Running or WorkflowExecutionStatus.Paused;

    /// <summary>The run as lists and descriptions show it.</summary>
    public required WorkflowExecutionInfo Info { get; init; }
}
