using Microsoft.Extensions.Logging;

namespace Mandate.Engine;

public sealed partial class EmbeddedEngine
{
    [LoggerMessage(1001, LogLevel.Information, "The engine is ready on '{Directory}' with {OpenRuns} open workflow run(s)")]
    private static partial void EngineStarted(ILogger logger, string directory, int openRuns);

    [LoggerMessage(1002, LogLevel.Information, "The engine has stopped")]
    private static partial void EngineStopped(ILogger logger);
}
