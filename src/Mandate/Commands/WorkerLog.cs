namespace Mandate.Commands;

/// <summary>What <c>mandate worker</c> logs.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(EventId = 1, EventName = "ServerNotReachable", Level = LogLevel.Warning, Message = "{Address} cannot be reached yet: {Reason} Trying again")]
    public static partial void NotReachable(ILogger logger, string address, string reason);
}
