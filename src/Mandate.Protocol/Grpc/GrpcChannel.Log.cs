using Microsoft.Extensions.Logging;

namespace Mandate.Protocol.Grpc;

public sealed partial class GrpcChannel
{
    [LoggerMessage(1010, LogLevel.Warning, "{Failure}")]
    private static partial void LogLost(ILogger logger, string failure);

    [LoggerMessage(1011, LogLevel.Information, "{Target} is reached again")]
    private static partial void LogReachedAgain(ILogger logger, string target);
}
