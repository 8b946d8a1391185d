namespace Mandate.Engine.Skipping;

/// <summary>Lets a <see cref="SkippingClock"/> jump when nothing happens before the next timer.</summary>
/// <remarks>
/// A look, taken whenever the engine falls quiet or somebody begins to wait:
/// <list type="number">
/// <item>Nothing is under way: no decision, timer or message. What begins during the look breaks it off, and its end brings about the next look.</item>
/// <item>No open run has anything that workers or other runs still have to do (<see cref="RunRest"/>).</item>
/// <item>Somebody waits: for the result of an open run, or for a delay.</item>
/// <item>The clock jumps to the next timer of a run, or to the end of the delay if that is earlier.</item>
/// </list>
/// </remarks>
internal sealed class TimeSkipper
{
    private readonly EngineCore _core;
    private readonly SkippingClock _clock;
    private int _wanted;

    private TimeSkipper(EngineCore core, SkippingClock clock)
    {
        _core = core;
        _clock = clock;
    }

    /// <summary>Begins to skip for an engine whose clock can; does nothing for any other.</summary>
    public static void Attach(EngineCore core)
    {
        if (core.Options.TimeProvider is not SkippingClock clock)
            return;
        var skipper = new TimeSkipper(core, clock);
        clock.Attach(skipper.Look);
        core.Work.Quiet = skipper.Look;
    }

    /// <summary>Takes a look on the thread pool; one look at a time.</summary>
    private void Look()
    {
        if (Interlocked.Increment(ref _wanted) == 1)
            ThreadPool.UnsafeQueueUserWorkItem(static skipper => skipper.LookWhileWanted(), this, preferLocal: false);
    }

    private void LookWhileWanted()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _wanted);
            Skip();
        }
        while (Interlocked.CompareExchange(ref _wanted, 0, seen) != seen);
    }

    private void Skip()
    {
        var begun = _core.Work.Begun;
        if (!_core.Work.IsQuiet)
            return;
        var rest = _core.Chains.LookAtRest(_core.Now);
        var delay = _clock.NextDelay;
        if (!rest.IsAtRest || (delay is null && !(rest.IsAwaited && _clock.SkipsForResults)))
            return;
        var next = _core.Timers.Next;
        if (delay is not null && (next is null || delay < next))
            next = delay;
        if (next is not { } target || _core.Work.Begun != begun)
            return;
        _clock.JumpTo(target);
        _core.Timers.Pump();
    }
}
