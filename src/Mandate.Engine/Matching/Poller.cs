namespace Mandate.Engine.Matching;

/// <summary>A worker's poll. It ends once: with a task, empty at its time-out, or because its caller went away.</summary>
internal sealed class Poller(string identity, string workerInstanceKey)
{
    private readonly TaskCompletionSource<QueuedTask?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Identity { get; } = identity;

    public string WorkerInstanceKey { get; } = workerInstanceKey;

    /// <summary>The place in its queue's list of waiting polls; null while it is reserved or after its end. Owned by the queue.</summary>
    internal LinkedListNode<Poller>? Place { get; set; }

    public Task<QueuedTask?> Result => _result.Task;

    /// <summary>Hands over a task; false when the poll has ended, so that the task must go to another.</summary>
    public bool TryDeliver(QueuedTask task) => _result.TrySetResult(task);

    /// <summary>Ends the poll without a task.</summary>
    public bool TryEnd() => _result.TrySetResult(null);
}
