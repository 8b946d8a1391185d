using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Callers;

internal sealed partial class IssuerDocument
{
    [LoggerMessage(EventId = 1, EventName = "IssuerKeysRead", Level = LogLevel.Information, Message = "Identity provider {Authority} publishes {Count} keys")]
    private partial void LogRead(Uri authority, int count);

    [LoggerMessage(EventId = 2, EventName = "IssuerUnavailable", Level = LogLevel.Error,
        Message = "The keys of identity provider {Authority} cannot be read: {Reason}; those at hand are used for up to a day")]
    private partial void LogUnavailable(Exception? error, Uri authority, string reason);
}
