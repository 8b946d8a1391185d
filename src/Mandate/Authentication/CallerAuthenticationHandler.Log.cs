namespace Mandate.Authentication;

internal sealed partial class CallerAuthenticationHandler
{
    [LoggerMessage(EventId = 2, EventName = "RefusalUnrecorded", Level = LogLevel.Error, Message = "A refused caller could not be recorded in the audit ledger")]
    private partial void LogUnrecorded(Exception error);
}
