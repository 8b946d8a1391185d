using Microsoft.Extensions.Logging;

namespace Mandate.Engine.Frontend;

internal sealed partial class Dispatcher
{
    [LoggerMessage(1201, LogLevel.Error, "{Method} failed unexpectedly (correlation {Correlation})")]
    private static partial void CallFailed(ILogger logger, string method, string correlation, Exception error);
}
