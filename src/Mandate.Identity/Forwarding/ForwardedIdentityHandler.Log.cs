using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Forwarding;

public sealed partial class ForwardedIdentityHandler
{
    [LoggerMessage(EventId = 1, EventName = "ForwardedIdentityHeaderStripped", Level = LogLevel.Warning,
        Message = "The header {Header} that the code set on a call for the audience '{Audience}' was removed: identity headers are set from the current principal alone")]
    private partial void LogHeaderStripped(string header, string audience);

    [LoggerMessage(EventId = 2, EventName = "ServiceTokenRefused", Level = LogLevel.Information,
        Message = "The service of audience '{Audience}' refused the token; the call is repeated once with a new one")]
    private partial void LogTokenRefused(string audience);

    [LoggerMessage(EventId = 3, EventName = "TokenNotExchanged", Level = LogLevel.Warning,
        Message = "The identity provider gives no token in the user's name for the audience '{Audience}'; the user is named in headers instead")]
    private partial void LogNotExchanged(Exception error, string audience);
}
