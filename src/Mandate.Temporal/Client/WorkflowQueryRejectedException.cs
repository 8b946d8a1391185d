using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Client;

/// <summary>The query was refused by the state of the workflow (<c>RejectCondition</c>).</summary>
public sealed class WorkflowQueryRejectedException(WorkflowExecutionStatus workflowStatus) : TemporalException($"The query was rejected: the workflow is {workflowStatus}.", inner: null)
{
    /// <summary>State of the workflow.</summary>
    public WorkflowExecutionStatus WorkflowStatus { get; } = workflowStatus;
}
