using Microsoft.Extensions.Logging;

namespace Mandate.Engine.History;

internal sealed partial class ChainDirectory
{
    [LoggerMessage(1101, LogLevel.Error, "Work of the engine that no caller waits for failed")]
    private static partial void BackgroundFailed(ILogger logger, Exception error);

    [LoggerMessage(1102, LogLevel.Warning, "Workflow '{WorkflowId}' is read anew from the store after a decision that was not recorded")]
    private static partial void ChainReloaded(ILogger logger, string workflowId);
}
