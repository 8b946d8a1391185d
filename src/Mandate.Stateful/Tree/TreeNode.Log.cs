using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;

namespace Mandate.Stateful.Tree;

internal sealed partial class TreeNode
{
    public static void LogNotDelivered(string child, Exception e) => NotDelivered(Workflow.Logger, child, e);

    private static void LogNotTaken(string name, Exception e) => NotTaken(Workflow.Logger, name, e);

    private static void LogNotRenewed(string source, int failures, Exception e) => NotRenewed(Workflow.Logger, source, failures, e);

    private static void LogVaultAway(string name, Exception e) => VaultAway(Workflow.Logger, name, e);

    private static void LogNoReference() => NoReference(Workflow.Logger);

    private static void LogBadApiUrl() => BadApiUrl(Workflow.Logger);

    [LoggerMessage(EventId = 1, EventName = "ApiTokenNotDelivered", Level = LogLevel.Warning, Message = "The API token could not be handed on to child {Child}; its next call gets the newest token all the same")]
    private static partial void NotDelivered(ILogger logger, string child, Exception e);

    [LoggerMessage(EventId = 2, EventName = "ApiTokenNotTaken", Level = LogLevel.Warning, Message = "The API token '{Name}' is not taken over: the vault does not know the reference that was sent")]
    private static partial void NotTaken(ILogger logger, string name, Exception e);

    [LoggerMessage(EventId = 3, EventName = "ApiUrlRefused", Level = LogLevel.Warning, Message = "The signal apiUrl is ignored: it holds no absolute http or https address")]
    private static partial void BadApiUrl(ILogger logger);

    [LoggerMessage(EventId = 4, EventName = "ApiTokenNotRenewed", Level = LogLevel.Warning, Message = "The API token is not renewed from source '{Source}', {Failures} time(s) in a row now; the source is asked again")]
    private static partial void NotRenewed(ILogger logger, string source, int failures, Exception e);

    [LoggerMessage(EventId = 5, EventName = "ApiTokenSignalIgnored", Level = LogLevel.Warning, Message = "A signal apiToken is ignored: it holds no reference (name, epoch, fingerprint)")]
    private static partial void NoReference(ILogger logger);

    [LoggerMessage(EventId = 6, EventName = "ApiTokenNotLookedUp", Level = LogLevel.Warning, Message = "The API token '{Name}' could not be looked up, since the vault is away; it is asked again. Calls get the newest token all the same")]
    private static partial void VaultAway(ILogger logger, string name, Exception e);
}
