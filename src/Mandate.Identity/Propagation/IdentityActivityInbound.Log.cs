using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Propagation;

internal sealed partial class IdentityActivityInbound
{
    [LoggerMessage(EventId = 3, EventName = "ActivityRefused", Level = LogLevel.Warning,
        Message = "Activity {ActivityType} of workflow {WorkflowId}/{RunId} is refused: {Refusal}")]
    private partial void LogActivityRefused(string activityType, string workflowId, string runId, PrincipalRefusal refusal);
}
