using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Receiving;

internal sealed partial class ForwardedIdentityMiddleware
{
    [LoggerMessage(EventId = 1, EventName = "ForwardedIdentityStripped", Level = LogLevel.Warning,
        Message = "The headers {Headers} were removed from a request of {Caller} at {Address}, who may not name users")]
    private partial void LogStripped(string headers, string caller, string address);

    [LoggerMessage(EventId = 2, EventName = "ForwardedIdentityUnusable", Level = LogLevel.Warning,
        Message = "A request of the trusted service {Caller} is refused: {Problem}")]
    private partial void LogUnusable(string caller, string problem);
}
