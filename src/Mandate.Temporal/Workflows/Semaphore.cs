namespace Mandate.Temporal.Workflows;

/// <summary>
/// Lets at most so many of a workflow's tasks through at a time, in the order in which they asked. The replacement of <see cref="System.Threading.SemaphoreSlim"/> in workflow code. To be used
/// by the workflow that made it only.
/// </summary>
public sealed class Semaphore
{
    private readonly LinkedList<Waiter> _waiters = new();

    /// <summary>Creates a semaphore with all places free.</summary>
    /// <param name="initialCount">Number of places, at least 1.</param>
    public Semaphore(int initialCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(initialCount, 1);
        Max = initialCount;
        CurrentCount = initialCount;
    }

    /// <summary>Number of places.</summary>
    public int Max { get; }

    /// <summary>Number of free places.</summary>
    public int CurrentCount { get; private set; }

    /// <summary>Takes a place; waits until one is free.</summary>
    /// <param name="cancellationToken">Ends the wait; the workflow's own token when null.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitAsync(CancellationToken? cancellationToken = null) => WaitAsync(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Takes a place; waits until one is free or a time has passed.</summary>
    /// <param name="timeout">Longest wait, by a durable timer; zero does not wait.</param>
    /// <param name="cancellationToken">Ends the wait; the workflow's own token when null.</param>
    /// <returns>False when the time passed first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<bool> WaitAsync(TimeSpan timeout, CancellationToken? cancellationToken = null)
    {
        (cancellationToken ?? Workflow.CancellationToken).ThrowIfCancellationRequested();
        if (CurrentCount > 0 && _waiters.Count == 0)
        {
            CurrentCount--;
            return true;
        }

        if (timeout == TimeSpan.Zero)
            return false;
        var waiter = _waiters.AddLast(new Waiter());
        try
        {
            if (timeout == Timeout.InfiniteTimeSpan)
                await Workflow.WaitConditionAsync(() => waiter.Value.Served, cancellationToken).ConfigureAwait(true);
            else if (!await Workflow.WaitConditionAsync(() => waiter.Value.Served, timeout, cancellationToken).ConfigureAwait(true))
                return false;
            return true;
        }
        catch when (waiter.Value.Served)
        {
            // It was served and cancelled in the same step: the place goes to the next.
            Release();
            throw;
        }
        finally
        {
            if (waiter.List is not null)
                _waiters.Remove(waiter);
        }
    }

    /// <summary>Gives a place back.</summary>
    /// <exception cref="InvalidOperationException">All places are free.</exception>
    public void Release()
    {
        if (_waiters.First is { } first)
        {
            _waiters.RemoveFirst();
            first.Value.Served = true;
            return;
        }

        if (CurrentCount == Max)
            throw new InvalidOperationException("The semaphore was released more often than it was taken.");
        CurrentCount++;
    }

    private sealed class Waiter
    {
        internal bool Served { get; set; }
    }
}
