using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker;

/// <summary>Life of a worker.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(2021, LogLevel.Information, "Worker of task queue {TaskQueue} in namespace {Namespace} started as {Identity}: {Workflows} workflows, {Activities} activities")]
    internal static partial void Started(ILogger logger, string taskQueue, string @namespace, string identity, int workflows, int activities);

    [LoggerMessage(2022, LogLevel.Information, "Worker of task queue {TaskQueue} is stopping: it takes no new tasks and ends those it has")]
    internal static partial void Stopping(ILogger logger, string taskQueue);

    [LoggerMessage(2023, LogLevel.Information, "Worker of task queue {TaskQueue} has stopped")]
    internal static partial void Stopped(ILogger logger, string taskQueue);

    [LoggerMessage(2024, LogLevel.Debug, "The server was not told that the worker of task queue {TaskQueue} stops: {Message}")]
    internal static partial void ShutdownNotTold(ILogger logger, string taskQueue, string message);
}
