using Microsoft.Extensions.Logging;

namespace Mandate.Protocol.Grpc.Listening;

internal sealed partial class CallDispatcher
{
    // The text of a status is not logged: handlers may quote their input in it.
    [LoggerMessage(1001, LogLevel.Debug, "{Method} was answered {Status} ({CorrelationId})")]
    private static partial void LogRefused(ILogger logger, string method, RpcStatusCode status, string correlationId);

    [LoggerMessage(1002, LogLevel.Error, "{Method} failed; the caller was told INTERNAL with the id {CorrelationId}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string correlationId);
}
