using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Propagation;

internal sealed partial class IdentityWorkflowInbound
{
    [LoggerMessage(EventId = 1, EventName = "RunRefused", Level = LogLevel.Warning,
        Message = "Workflow {WorkflowType} {WorkflowId}/{RunId} is refused: {Refusal}")]
    private partial void LogRunRefused(string workflowType, string workflowId, string runId, PrincipalRefusal refusal);

    [LoggerMessage(EventId = 2, EventName = "MessageRefused", Level = LogLevel.Warning,
        Message = "The {Kind} '{Name}' to workflow {WorkflowId} is refused: {Refusal}")]
    private partial void LogMessageRefused(string kind, string name, string workflowId, PrincipalRefusal refusal);
}
