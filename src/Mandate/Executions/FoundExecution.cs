using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Workflow.V1;
using Mandate.Rest.Model;

namespace Mandate.Executions;

/// <summary>An execution the caller may see.</summary>
/// <param name="Execution">Its ids, run id included.</param>
/// <param name="Info">How it stands.</param>
/// <param name="Owner">For whom it runs.</param>
/// <param name="Started">What it was started with.</param>
internal sealed record FoundExecution(WorkflowExecution Execution, WorkflowExecutionInfo Info, ExecutionPrincipal Owner, WorkflowExecutionStartedEventAttributes Started);
