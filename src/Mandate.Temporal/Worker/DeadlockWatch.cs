using System.Collections.Concurrent;

namespace Mandate.Temporal.Worker;

/// <summary>Notices workflow code that does not come back: one timer looks at everything that runs.</summary>
/// <typeparam name="T">What runs.</typeparam>
internal sealed class DeadlockWatch<T> : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private readonly Action<T> _onDeadlock;
    private readonly ConcurrentDictionary<Entry, bool> _running = new();
    private readonly ITimer _timer;

    /// <param name="timeout">How long code may run.</param>
    /// <param name="timeProvider">Clock.</param>
    /// <param name="onDeadlock">Called once for what has run longer, from another thread.</param>
    internal DeadlockWatch(TimeSpan timeout, TimeProvider timeProvider, Action<T> onDeadlock)
    {
        _timeout = timeout;
        _timeProvider = timeProvider;
        _onDeadlock = onDeadlock;
        _timer = timeProvider.CreateTimer(_ => Look(), null, timeout / 4, timeout / 4);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Runs an action under watch.</summary>
    /// <returns>False when it took too long: then it has been reported, and its outcome is void.</returns>
    internal bool Run(T what, Action action)
    {
        var entry = new Entry(what, _timeProvider.GetTimestamp());
        _running[entry] = true;
        try
        {
            action();
        }
        catch when (entry.Reported)
        {
            return false;
        }
        finally
        {
            _running.TryRemove(entry, out _);
        }

        return !entry.Reported;
    }

    private void Look()
    {
        foreach (var entry in _running.Keys)
        {
            if (_timeProvider.GetElapsedTime(entry.Began) < _timeout || !entry.TryReport())
                continue;
            _onDeadlock(entry.What);
        }
    }

    private sealed class Entry(T what, long began)
    {
        private int _reported;

        internal T What => what;

        internal long Began => began;

        internal bool Reported => Volatile.Read(ref _reported) != 0;

        internal bool TryReport() => Interlocked.Exchange(ref _reported, 1) == 0;
    }
}
