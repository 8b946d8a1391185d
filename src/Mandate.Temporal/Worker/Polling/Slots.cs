namespace Mandate.Temporal.Worker.Polling;

/// <summary>Counts work in progress: at most so many at a time, and a way to wait until all of it has ended.</summary>
internal sealed class Slots(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count, count);

    /// <summary>Takes a slot; false when <paramref name="stop"/> came first.</summary>
    internal async ValueTask<bool> TakeAsync(CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return false;
        try
        {
            await _free.WaitAsync(stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Takes a slot if one is free now.</summary>
    internal bool TryTake() => _free.Wait(0);

    internal void Free() => _free.Release();

    /// <summary>Waits until no slot is taken; none can be taken afterwards.</summary>
    internal async Task DrainAsync()
    {
        for (var i = 0; i < count; i++)
            await _free.WaitAsync().ConfigureAwait(false);
    }

    public void Dispose() => _free.Dispose();
}
