using Mandate.Engine.Skipping;

namespace Mandate.Engine;

/// <summary>
/// The clock of an engine for tests. It runs with the system's, and jumps ahead over stretches in which nothing would happen: no workflow task and no activity waits or runs,
/// no message is on its way, and somebody waits for a workflow's result (<see cref="SkipsForResults"/>) or for time to pass (<see cref="DelayAsync"/>). Each jump ends at the
/// next time at which a run has something due, so that everything happens in the order of its time. One clock serves one engine.
/// </summary>
public sealed class SkippingClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<PendingDelay> _delays = [];
    private TimeSpan _ahead;
    private bool _skipsForResults = true;
    private Action? _look;

    /// <summary>Whether the clock jumps while a caller waits for the end of an open run. Default: true.</summary>
    public bool SkipsForResults
    {
        get
        {
            lock (_gate)
                return _skipsForResults;
        }

        set
        {
            lock (_gate)
                _skipsForResults = value;
            _look?.Invoke();
        }
    }

    /// <summary>The earliest end of a delay that is waited for.</summary>
    internal DateTimeOffset? NextDelay
    {
        get
        {
            lock (_gate)
                return _delays.Count > 0 ? _delays.Min(d => d.Due) : null;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return base.GetUtcNow() + _ahead;
    }

    /// <summary>Waits until so much time has passed on this clock, which jumps there as soon as the engine has nothing else to do on the way.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        var pending = new PendingDelay(GetUtcNow() + delay);
        lock (_gate)
            _delays.Add(pending);
        try
        {
            _look?.Invoke();
            await Task.WhenAny(pending.Reached, PassesAsync(pending.Due, cancellationToken)).Unwrap().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _delays.Remove(pending);
        }
    }

    /// <summary>The engine that runs on this clock asks to be told when it may jump for another reason than before.</summary>
    /// <exception cref="InvalidOperationException">Another engine runs on the clock.</exception>
    internal void Attach(Action look)
    {
        if (Interlocked.CompareExchange(ref _look, look, null) is not null)
            throw new InvalidOperationException("A SkippingClock serves one engine: create another one for another engine.");
    }

    /// <summary>Goes ahead to <paramref name="target"/>, unless it has passed; delays that end there end now.</summary>
    internal void JumpTo(DateTimeOffset target)
    {
        lock (_gate)
        {
            var now = base.GetUtcNow() + _ahead;
            if (target > now)
            {
                _ahead += target - now;
                now = target;
            }

            foreach (var ended in _delays.Where(d => d.Due <= now).ToArray())
            {
                _delays.Remove(ended);
                ended.End();
            }
        }
    }

    /// <summary>Waits for the time to pass by itself, in steps that the platform's timers can take.</summary>
    private async Task PassesAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        for (var left = due - GetUtcNow(); left > TimeSpan.Zero; left = due - GetUtcNow())
            await Task.Delay(left < TimeSpan.FromDays(1) ? left : TimeSpan.FromDays(1), this, cancellationToken).ConfigureAwait(false);
    }
}
