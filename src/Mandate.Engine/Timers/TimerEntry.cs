namespace Mandate.Engine.Timers;

/// <summary>One armed timer. Cancelling only marks it; the queue drops marked entries when they come up or become many.</summary>
internal sealed class TimerEntry(TimerQueue queue, DateTimeOffset due, Action<DateTimeOffset> callback)
{
    private int _state;

    public DateTimeOffset Due { get; } = due;

    public bool IsCancelled => Volatile.Read(ref _state) != 0;

    public void Cancel()
    {
        if (Interlocked.Exchange(ref _state, 1) == 0)
            queue.Cancelled();
    }

    /// <summary>Runs the callback unless the entry was cancelled or has run.</summary>
    internal void Fire(DateTimeOffset now)
    {
        if (Interlocked.Exchange(ref _state, 1) == 0)
            callback(now);
    }
}
