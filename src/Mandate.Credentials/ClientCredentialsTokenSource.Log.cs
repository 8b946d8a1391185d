using Microsoft.Extensions.Logging;

namespace Mandate.Credentials;

public sealed partial class ClientCredentialsTokenSource
{
    [LoggerMessage(EventId = 1, EventName = "TokenObtained", Level = LogLevel.Debug,
        Message = "Client '{ClientId}' got a token for audience '{Audience}' that expires at {ExpiresAt:o}")]
    private partial void LogTokenObtained(string clientId, string? audience, DateTimeOffset expiresAt);

    [LoggerMessage(EventId = 2, EventName = "TokenRefreshFailed", Level = LogLevel.Warning,
        Message = "The token could not be refreshed; the present one is used until it expires at {ExpiresAt:o}")]
    private partial void LogOldTokenKept(Exception error, DateTimeOffset expiresAt);

    [LoggerMessage(EventId = 3, EventName = "CredentialsReadAnew", Level = LogLevel.Warning,
        Message = "The provider refused client '{ClientId}' with the credentials from {OldSource}; {Source} has others now, which are used")]
    private partial void LogCredentialsReadAnew(string clientId, string oldSource, string source);

    [LoggerMessage(EventId = 4, EventName = "RefreshObserverFailed", Level = LogLevel.Error,
        Message = "What observes token refreshes has failed; the refresh itself is not touched by that")]
    private partial void LogObserverFailed(Exception error);
}
