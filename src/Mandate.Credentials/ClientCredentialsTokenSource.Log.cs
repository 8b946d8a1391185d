using Microsoft.Extensions.Logging;

namespace Mandate.Credentials;

public sealed partial class ClientCredentialsTokenSource
{
    [LoggerMessage(EventId = 1, EventName = "TokenObtained", Level = LogLevel.Debug,
        Message = "Client '{ClientId}' got a token for audience '{Audience}' that expires at {ExpiresAt:o}")]
    private partial void LogTokenObtained(string clientId, string? audience, DateTimeOffset expiresAt);

    [LoggerMessage(EventId = 2, EventName = "TokenRefreshFailed", Level = LogLevel.Warning,
        Message = "The token of client '{ClientId}' could not be refreshed; the present one is used until it expires at {ExpiresAt:o}")]
    private partial void LogOldTokenKept(Exception error, string clientId, DateTimeOffset expiresAt);
}
