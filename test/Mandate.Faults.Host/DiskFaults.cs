using Mandate.Engine.Storage;

namespace Mandate.Faults.Host;

/// <summary>A disk that is slow to commit, and on which there is no room for another page.</summary>
internal sealed class DiskFaults(Witness witness)
{
    /// <summary>More pages than any store has: SQLite's own bound.</summary>
    private const uint Unlimited = 4_294_967_294;

    private int _delay;
    private bool _isFull;

    /// <summary>How long each commit takes longer, in milliseconds.</summary>
    public int Delay
    {
        get => Volatile.Read(ref _delay);
        set => Volatile.Write(ref _delay, value);
    }

    /// <summary>SQLite answers SQLITE_FULL to whatever needs a page more.</summary>
    public bool IsFull
    {
        get => Volatile.Read(ref _isFull);
        set => Volatile.Write(ref _isFull, value);
    }

    /// <summary>The bound is the connection's: it holds from its next transaction on, until the writer opens another one after a failure.</summary>
    public void BeforeCommit(SqliteDatabase database)
    {
        database.Execute($"PRAGMA max_page_count = {(IsFull ? 1 : Unlimited)}");
        if (Delay is > 0 and var milliseconds)
        {
            using var device = new ManualResetEventSlim();
            device.Wait(milliseconds);
            witness.Write("fault slow");
        }
    }
}
