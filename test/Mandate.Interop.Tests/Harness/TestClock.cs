namespace Mandate.Interop.Tests.Harness;

/// <summary>The system's clock, until a test sets it forward or slows it down; its timers follow. So an engine's time-outs pass when the test wants it, whatever the workers' own clocks say.</summary>
public sealed class TestClock : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly HashSet<Timer> _armed = [];
    private DateTimeOffset _from = System.GetUtcNow();
    private long _since = System.GetTimestamp();
    private double _slowness = 1;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    private DateTimeOffset Now => _from + (System.GetElapsedTime(_since) / _slowness);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return Now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>Sets the clock forward; what falls due on the way is due at once.</summary>
    public void Forward(TimeSpan by) => Set(by, slower: 1);

    /// <summary>Makes the clock so many times slower than it is.</summary>
    public void Slow(double times) => Set(TimeSpan.Zero, times);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Set(TimeSpan forward, double slower)
    {
        lock (_gate)
        {
            (_from, _since) = (Now + forward, System.GetTimestamp());
            _slowness *= slower;
            foreach (var timer in _armed)
                timer.Arm();
        }
    }

    /// <summary>A timer of the platform that is armed anew whenever the clock is set. Everything but the callback happens under the clock's lock.</summary>
    private sealed class Timer : ITimer
    {
        private readonly TestClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _platform;
        private DateTimeOffset _due;
        private TimeSpan _period;

        public Timer(TestClock clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _platform = System.CreateTimer(static timer => ((Timer)timer!).Elapse(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_clock._gate)
            {
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    _clock._armed.Remove(this);
                    return _platform.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                }

                _due = _clock.Now + dueTime;
                _clock._armed.Add(this);
                return Arm();
            }
        }

        public bool Arm()
        {
            var wait = (_due - _clock.Now) * _clock._slowness;
            wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
            return _platform.Change(wait, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            lock (_clock._gate)
                _clock._armed.Remove(this);
            _platform.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Elapse()
        {
            lock (_clock._gate)
            {
                if (!_clock._armed.Contains(this))
                    return;
                if (_due > _clock.Now)
                {
                    Arm();
                    return;
                }

                if (_period > TimeSpan.Zero)
                {
                    _due += _period;
                    Arm();
                }
                else
                {
                    _clock._armed.Remove(this);
                }
            }

            _callback(_state);
        }
    }
}
