namespace Mandate.Audit.Storage.Sqlite;

/// <summary>
/// Key of an event's row: the ledger's number and the event's sequence number in one integer, so that each ledger lies in one stretch of the table, in order, with no index beside it.
/// Holds 8 million ledgers of a trillion events each.
/// </summary>
internal static class SqlitePlace
{
    private const int SequenceBits = 40;

    /// <summary>Events that share a row of times.</summary>
    public const int BlockBits = 10;

    public const long MaximumSequence = (1L << SequenceBits) - 1;

    public static long Of(long ledger, long sequence) => (ledger << SequenceBits) | sequence;

    public static long SequenceOf(long place) => place & MaximumSequence;

    /// <summary>Key of the block an event is in.</summary>
    public static long BlockOf(long ledger, long sequence) => Of(ledger, sequence) >> BlockBits;

    public static long FirstOfBlock(long block) => SequenceOf(block << BlockBits);

    /// <summary>A bound that keeps within a ledger whatever is asked for.</summary>
    public static long Clamp(long sequence) => Math.Clamp(sequence, 0, MaximumSequence);
}
