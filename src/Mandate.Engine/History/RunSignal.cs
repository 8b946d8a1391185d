namespace Mandate.Engine.History;

/// <summary>Lets callers wait for the next change of a run. Taken before the state is looked at, so that no change is missed.</summary>
internal sealed class RunSignal
{
    private TaskCompletionSource? _next;
    private int _waiters;

    /// <summary>True while somebody waits.</summary>
    public bool HasWaiters => Volatile.Read(ref _waiters) > 0;

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

    /// <summary>Waits for a change that was taken from <see cref="Next"/>.</summary>
    /// <exception cref="TimeoutException">There was none within <paramref name="limit"/>.</exception>
    public async Task WaitAsync(Task next, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _waiters);
        try
        {
            await next.WaitAsync(limit, time, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiters);
        }
    }

    public void Wake() => Interlocked.Exchange(ref _next, null)?.TrySetResult();
}
