using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Keys;

public sealed partial class SigningKeyRing
{
    [LoggerMessage(EventId = 1, EventName = "KeyRingRead", Level = LogLevel.Information, Message = "The key ring '{Path}' changed: it holds {Count} keys now")]
    private partial void LogRead(string path, int count);

    [LoggerMessage(EventId = 2, EventName = "KeyRingUnreadable", Level = LogLevel.Error, Message = "The key ring changed and cannot be used; the keys read before stay in force")]
    private partial void LogUnreadable(Exception error);
}
