using Microsoft.Extensions.Logging;

namespace Mandate.Engine.Storage;

internal sealed partial class StoreWriter
{
    [LoggerMessage(1011, LogLevel.Error, "A commit of {Units} unit(s) failed ({Problem}); their callers are refused and the runs are read anew")]
    private static partial void CommitFailed(ILogger logger, int units, EngineStoreProblem problem, Exception error);
}
