namespace Mandate.Engine.History;

/// <summary>What the runs in memory weigh together, so that new work is turned away before the process has no memory left. An estimate: bytes on the wire and a share for the objects.</summary>
internal sealed class RunMemory(long limit)
{
    private long _used;

    public long Limit { get; } = limit;

    public long Used => Interlocked.Read(ref _used);

    /// <summary>True when runs that have ended, kept for those who ask soon after, should go first.</summary>
    public bool IsTight => Used > Limit / 2;

    /// <summary>True when nothing new should be let in.</summary>
    public bool IsExhausted => Used > Limit;

    public void Change(long difference) => Interlocked.Add(ref _used, difference);
}
