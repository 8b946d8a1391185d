using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Callers;

public sealed partial class ApiKeyStore
{
    [LoggerMessage(EventId = 1, EventName = "ApiKeysRead", Level = LogLevel.Information, Message = "The API keys' file changed: there are {Count} keys now")]
    private partial void LogRead(int count);

    [LoggerMessage(EventId = 2, EventName = "ApiKeysUnreadable", Level = LogLevel.Error, Message = "The API keys' file changed and cannot be used; those read before stay in force")]
    private partial void LogUnreadable(Exception error);
}
