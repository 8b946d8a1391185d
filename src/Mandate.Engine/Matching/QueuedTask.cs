using Google.Protobuf;

namespace Mandate.Engine.Matching;

/// <summary>A task that waits for a worker, or that has been started for one.</summary>
internal abstract class QueuedTask
{
    /// <summary>
    /// Starts the task for <paramref name="poller"/> if that has not been done, durably, and makes the answer to its poll. Null when the task is no longer wanted.
    /// Can be called again when the poller turned out to be gone: the next one gets the same started task.
    /// </summary>
    public abstract Task<IMessage?> TakeAsync(Poller poller);
}
