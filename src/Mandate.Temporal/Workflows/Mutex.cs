namespace Mandate.Temporal.Workflows;

/// <summary>Lets one of a workflow's tasks through at a time, in the order in which they asked. To be used by the workflow that made it only.</summary>
public sealed class Mutex
{
    private readonly Semaphore _semaphore = new(1);

    /// <summary>Takes the mutex; waits until it is free.</summary>
    /// <param name="cancellationToken">Ends the wait; the workflow's own token when null.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitOneAsync(CancellationToken? cancellationToken = null) => _semaphore.WaitAsync(cancellationToken);

    /// <summary>Takes the mutex; waits until it is free or a time has passed.</summary>
    /// <param name="timeout">Longest wait, by a durable timer; zero does not wait.</param>
    /// <param name="cancellationToken">Ends the wait; the workflow's own token when null.</param>
    /// <returns>False when the time passed first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<bool> WaitOneAsync(TimeSpan timeout, CancellationToken? cancellationToken = null) => _semaphore.WaitAsync(timeout, cancellationToken);

    /// <summary>Gives the mutex back.</summary>
    /// <exception cref="InvalidOperationException">Nobody has it.</exception>
    public void ReleaseMutex() => _semaphore.Release();
}
