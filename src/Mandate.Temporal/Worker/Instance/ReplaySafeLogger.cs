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

        // Where the log goes is no business of the workflow: providers may use tasks and timers.
        ForeignWaitListener.WithoutWatching(() =>
        {
            using (logger.BeginScope(_scope))
                logger.Log(logLevel, eventId, state, exception, formatter);
            return true;
        });
    }
}
