namespace Mandate.Engine.Skipping;

/// <summary>
/// Counts what is under way in the engine: decisions until they are durable and published, timers that fire, work that nobody waits for. Each piece begins before the one that
/// brought it about ends, so there is no gap in a row of them.
/// </summary>
internal sealed class WorkCount
{
    private long _begun;
    private long _ended;

    /// <summary>Called, on any thread, when the last piece of work has ended.</summary>
    public Action? Quiet { get; set; }

    /// <summary>How much was ever begun: unchanged, nothing was.</summary>
    public long Begun => Volatile.Read(ref _begun);

    /// <summary>True when nothing was under way at the moment.</summary>
    public bool IsQuiet
    {
        get
        {
            // In this order: what ended cannot overtake what was begun.
            var ended = Volatile.Read(ref _ended);
            return ended == Volatile.Read(ref _begun);
        }
    }

    public void Begin() => Interlocked.Increment(ref _begun);

    public void End()
    {
        var ended = Interlocked.Increment(ref _ended);
        if (Quiet is { } quiet && ended == Volatile.Read(ref _begun))
            quiet();
    }
}
