using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker.Instance;

/// <summary>Writes nothing while history is replayed, and names the run in a scope.</summary>
internal sealed class ReplaySafeLogger(ILogger logger, WorkflowInstance instance) : ILogger
{
    private readonly Dictionary<string, object> _scope = new(StringComparer.Ordinal)
    {
        ["WorkflowType"] = instance.Info.WorkflowType,
        ["WorkflowId"] = instance.Info.WorkflowId,
        ["RunId"] = instance.Info.RunId,
        ["Namespace"] = instance.Info.Namespace,
        ["TaskQueue"] = instance.Info.TaskQueue,
        ["Attempt"] = instance.Info.Attempt,
    };

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => !instance.Machine.Replaying && logger.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        using (logger.BeginScope(_scope))
            logger.Log(logLevel, eventId, state, exception, formatter);
    }
}
