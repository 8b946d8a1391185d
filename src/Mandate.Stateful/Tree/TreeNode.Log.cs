using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;

namespace Mandate.Stateful.Tree;

internal sealed partial class TreeNode
{
    public static void LogNotDelivered(string child, Exception e) => NotDelivered(Workflow.Logger, child, e);

    private static void LogNotTaken(string name, Exception e) => NotTaken(Workflow.Logger, name, e);

    private static void LogBadApiUrl() => BadApiUrl(Workflow.Logger);

    [LoggerMessage(EventId = 1, EventName = "ApiTokenNotDelivered", Level = LogLevel.Warning, Message = "The API token could not be handed on to child {Child}; its next call gets the newest token all the same")]
    private static partial void NotDelivered(ILogger logger, string child, Exception e);

    [LoggerMessage(EventId = 2, EventName = "ApiTokenNotTaken", Level = LogLevel.Warning, Message = "The API token '{Name}' is not taken over: the vault does not know the reference that was sent")]
    private static partial void NotTaken(ILogger logger, string name, Exception e);

    [LoggerMessage(EventId = 3, EventName = "ApiUrlRefused", Level = LogLevel.Warning, Message = "The signal apiUrl is ignored: it holds no absolute http or https address")]
    private static partial void BadApiUrl(ILogger logger);
}
