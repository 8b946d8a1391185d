namespace Mandate.Engine.History;

/// <summary>Lets callers wait for the next change of a run. Taken before the state is looked at, so that no change is missed.</summary>
internal sealed class RunSignal
{
    private TaskCompletionSource? _next;

    /// <summary>True while somebody waits.</summary>
    public bool HasWaiters => Volatile.Read(ref _next) is not null;

    /// <summary>Ends at the next change.</summary>
    public Task Next
    {
        get
        {
            if (Volatile.Read(ref _next) is { } existing)
                return existing.Task;
            var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref _next, created, null) ?? created).Task;
        }
    }

    public void Wake() => Interlocked.Exchange(ref _next, null)?.TrySetResult();
}
