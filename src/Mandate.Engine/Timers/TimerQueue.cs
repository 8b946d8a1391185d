using Mandate.Engine.Skipping;

namespace Mandate.Engine.Timers;

/// <summary>
/// All timers of the engine on one timer of the <see cref="TimeProvider"/>, armed for the earliest. Callbacks run on the thread pool, in order of their due times as far as
/// they are due together.
/// </summary>
internal sealed class TimerQueue : IDisposable
{
    /// <summary>
    /// Longest wait asked of the platform; later timers are reached in several steps. The platform's timers do not see the clock being set: ten seconds is how late a timer is
    /// at most after the clock has jumped forward.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly WorkCount _work;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TimerEntry, long> _entries = new();
    private DateTimeOffset _armed = DateTimeOffset.MaxValue;
    private int _cancelled;
    private bool _disposed;

    public TimerQueue(TimeProvider time, WorkCount work)
    {
        _time = time;
        _work = work;
        // The timer must not carry the context of whoever happens to create the queue.
        using (ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static queue => ((TimerQueue)queue!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Timers that are armed.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count - Volatile.Read(ref _cancelled);
        }
    }

    /// <summary>When the next timer is due; null when none is armed.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
            {
                DropCancelled();
                return _entries.TryPeek(out var next, out _) ? next.Due : null;
            }
        }
    }

    /// <summary>Arms a timer; one that is due already fires at once, on the thread pool.</summary>
    public TimerEntry Add(DateTimeOffset due, Action<DateTimeOffset> callback)
    {
        var entry = new TimerEntry(this, due, callback);
        lock (_gate)
        {
            _entries.Enqueue(entry, due.UtcTicks);
            if (due < _armed)
                Arm(due);
        }

        return entry;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _entries.Clear();
        }

        _timer.Dispose();
    }

    internal void Cancelled()
    {
        var cancelled = Interlocked.Increment(ref _cancelled);
        if (cancelled < 4_096)
            return;
        lock (_gate)
        {
            if (cancelled < _entries.Count / 2)
                return;
            var live = _entries.UnorderedItems.Where(e => !e.Element.IsCancelled).ToArray();
            _entries.Clear();
            _entries.EnqueueRange(live);
            Interlocked.Exchange(ref _cancelled, 0);
        }
    }

    /// <summary>Fires what is due. The platform's timer does; whoever has set the clock forward calls it too.</summary>
    public void Pump()
    {
        List<TimerEntry>? due = null;
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            if (_disposed)
                return;
            while (_entries.TryPeek(out var entry, out _) && (entry.IsCancelled || entry.Due <= now))
            {
                _entries.Dequeue();
                if (!entry.IsCancelled)
                    (due ??= []).Add(entry);
                else
                    Interlocked.Decrement(ref _cancelled);
            }

            _armed = DateTimeOffset.MaxValue;
            if (_entries.TryPeek(out var next, out _))
                Arm(next.Due);
            if (due is null)
                return;
            _work.Begin();
        }

        ThreadPool.UnsafeQueueUserWorkItem(static work => work.Queue.Run(work.Due, work.Now), (Queue: this, Due: due, Now: now), preferLocal: false);
    }

    private void Run(List<TimerEntry> due, DateTimeOffset now)
    {
        foreach (var entry in due)
            entry.Fire(now);
        _work.End();
    }

    private void DropCancelled()
    {
        while (_entries.TryPeek(out var entry, out _) && entry.IsCancelled)
        {
            _entries.Dequeue();
            Interlocked.Decrement(ref _cancelled);
        }
    }

    private void Arm(DateTimeOffset due)
    {
        if (_disposed)
            return;
        _armed = due;
        var wait = due - _time.GetUtcNow();
        if (wait < TimeSpan.Zero)
            wait = TimeSpan.Zero;
        else if (wait > LongestWait)
            wait = LongestWait;
        else
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)); // the platform counts in whole milliseconds and would wake early
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
