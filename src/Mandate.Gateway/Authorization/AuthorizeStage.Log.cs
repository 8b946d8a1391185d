using Microsoft.Extensions.Logging;

namespace Mandate.Gateway.Authorization;

internal sealed partial class AuthorizeStage
{
    [LoggerMessage(EventId = 1, EventName = "PolicyWouldDeny", Level = LogLevel.Warning, Message = "Dry run: {Operation} by {Caller} would be denied ({Reason})")]
    private partial void LogWouldDeny(string operation, string caller, string reason);
}
