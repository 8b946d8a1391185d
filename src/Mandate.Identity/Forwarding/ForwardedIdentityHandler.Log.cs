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
}
