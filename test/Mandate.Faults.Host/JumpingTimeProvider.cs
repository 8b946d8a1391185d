namespace Mandate.Faults.Host;

/// <summary>The system's clock, set wrong by an offset that changes at will. Timers and time stamps stay monotonic, as the operating system's do.</summary>
internal sealed class JumpingTimeProvider : TimeProvider
{
    private long _offset;

    public TimeSpan Offset
    {
        get => new(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}
