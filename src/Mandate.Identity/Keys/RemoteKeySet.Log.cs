using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Keys;

public sealed partial class RemoteKeySet
{
    [LoggerMessage(EventId = 1, EventName = "PrincipalKeysFetched", Level = LogLevel.Information,
        Message = "{Address} publishes {Count} keys that sign principals")]
    private partial void LogFetched(Uri address, int count);

    [LoggerMessage(EventId = 2, EventName = "PrincipalKeysFetchFailed", Level = LogLevel.Warning,
        Message = "The keys that sign principals could not be fetched from {Address}: {Reason}; those at hand are used for up to a day")]
    private partial void LogFetchFailed(Exception? error, Uri address, string reason);
}
