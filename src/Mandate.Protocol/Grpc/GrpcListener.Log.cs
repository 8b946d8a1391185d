using Microsoft.Extensions.Logging;

namespace Mandate.Protocol.Grpc;

public sealed partial class GrpcListener
{
    [LoggerMessage(1003, LogLevel.Information, "gRPC listens on {Address} ({Security})")]
    private static partial void LogListening(ILogger logger, string address, string security);

    [LoggerMessage(1004, LogLevel.Warning, "gRPC on {Address} is not encrypted and can be reached from other machines: set up TLS, or put a proxy with TLS before it")]
    private static partial void LogExposed(ILogger logger, string address);
}
