using Mandate.Audit.Canonical;
using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Storage.Sqlite;

/// <summary>Reads inside one transaction, so appends meanwhile do not disturb it.</summary>
internal sealed class SqliteLedgerReader : ILedgerReader
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);

    public SqliteLedgerReader(SqliteConnection connection)
    {
        _connection = connection;
        _transaction = connection.BeginTransaction(deferred: true);
    }

    public static long NumberOf(SqliteConnection connection, ReadOnlySpan<byte> tenant)
    {
        using var statement = new SqliteStatement(connection, "SELECT number FROM ledger WHERE tenant = ?1");
        statement.BindBlob(1, tenant);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public IReadOnlyList<string> Tenants()
    {
        using var rows = new SqliteStatement(_connection, "SELECT tenant FROM ledger ORDER BY number");
        var tenants = new List<string>();
        while (rows.Step())
        {
            if (CanonicalText.Decode(rows.Bytes(0)) is { } tenant)
                tenants.Add(tenant);
        }

        return tenants;
    }

    public LedgerExtent Extent(string tenant)
    {
        var number = Number(tenant);
        if (number == 0)
            return LedgerExtent.Empty;
        var first = (Removed(tenant)?.UpTo ?? 0) + 1;
        using var row = new SqliteStatement(_connection, "SELECT max(place) FROM event WHERE place >= ?1 AND place <= ?2");
        Bounds(row, number, 0, SqlitePlace.MaximumSequence);
        var last = row.Step() ? row.Int64(0) : 0;
        return new(first, last == 0 ? first - 1 : SqlitePlace.SequenceOf(last));
    }

    public void Scan(string tenant, long from, long to, EventVisitor visitor, bool descending = false)
    {
        using var rows = new SqliteStatement(_connection, descending
            ? "SELECT place, canonical, hash FROM event WHERE place >= ?1 AND place <= ?2 ORDER BY place DESC"
            : "SELECT place, canonical, hash FROM event WHERE place >= ?1 AND place <= ?2 ORDER BY place");
        if (!Bounds(rows, Number(tenant), from, to))
            return;
        while (rows.Step())
        {
            if (!visitor(SqlitePlace.SequenceOf(rows.Int64(0)), rows.Bytes(1), rows.Bytes(2)))
                return;
        }
    }

    public void Find(string tenant, Guid id, EventVisitor visitor)
    {
        using var row = new SqliteStatement(_connection, "SELECT place, canonical, hash FROM event WHERE substr(canonical, 18, 16) = ?1 AND place >= ?2 AND place <= ?3");
        var number = Number(tenant);
        if (number == 0)
            return;
        row.BindBlob(1, id.ToByteArray(bigEndian: true));
        row.Bind(2, SqlitePlace.Of(number, 0));
        row.Bind(3, SqlitePlace.Of(number, SqlitePlace.MaximumSequence));
        if (row.Step())
            visitor(SqlitePlace.SequenceOf(row.Int64(0)), row.Bytes(1), row.Bytes(2));
    }

    public void Search(string tenant, IReadOnlyList<long> terms, long from, long to, EventVisitor visitor, bool descending)
    {
        var match = CanonicalText.Utf8.GetBytes(string.Join(" AND ", terms.Select(t => $"\"{SqliteAppend.Word(t)}\"")));
        var number = Number(tenant);
        if (number == 0)
            return;
        using var candidates = new SqliteStatement(_connection, descending
            ? "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid >= ?2 AND rowid <= ?3 ORDER BY rowid DESC"
            : "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid >= ?2 AND rowid <= ?3 ORDER BY rowid");
        using var row = new SqliteStatement(_connection, "SELECT canonical, hash FROM event WHERE place = ?1");
        candidates.BindText(1, match);
        candidates.Bind(2, SqlitePlace.Of(number, SqlitePlace.Clamp(from)));
        candidates.Bind(3, SqlitePlace.Of(number, SqlitePlace.Clamp(to)));
        while (candidates.Step())
        {
            var place = candidates.Int64(0);
            row.Bind(1, place);
            var more = !row.Step() || visitor(SqlitePlace.SequenceOf(place), row.Bytes(0), row.Bytes(1));
            row.Reset();
            if (!more)
                return;
        }
    }

    public (long From, long To) Within(string tenant, long low, long high)
    {
        using var rows = new SqliteStatement(_connection, "SELECT min(place), max(place) FROM block WHERE place >= ?1 AND place <= ?2 AND high >= ?3 AND low < ?4");
        var number = Number(tenant);
        rows.Bind(1, SqlitePlace.BlockOf(number, 0));
        rows.Bind(2, SqlitePlace.BlockOf(number, SqlitePlace.MaximumSequence));
        rows.Bind(3, low);
        rows.Bind(4, high);
        if (number == 0 || !rows.Step() || rows.IsNull(0))
            return (1, 0);
        return (SqlitePlace.FirstOfBlock(rows.Int64(0)), SqlitePlace.FirstOfBlock(rows.Int64(1)) + (1L << SqlitePlace.BlockBits) - 1);
    }

    public IReadOnlyList<StoredCheckpoint> Checkpoints(string tenant, long fromSize, int limit)
    {
        using var rows = new SqliteStatement(_connection, "SELECT size, time, frontier, note FROM checkpoint WHERE ledger = ?1 AND size >= ?2 ORDER BY size LIMIT ?3");
        rows.Bind(1, Number(tenant));
        rows.Bind(2, fromSize);
        rows.Bind(3, limit);
        var checkpoints = new List<StoredCheckpoint>();
        while (rows.Step())
            checkpoints.Add(ReadCheckpoint(rows));
        return checkpoints;
    }

    public StoredCheckpoint? Checkpoint(string tenant, long atMost)
    {
        using var row = new SqliteStatement(_connection, "SELECT size, time, frontier, note FROM checkpoint WHERE ledger = ?1 AND size <= ?2 ORDER BY size DESC LIMIT 1");
        row.Bind(1, Number(tenant));
        row.Bind(2, atMost);
        return row.Step() ? ReadCheckpoint(row) : null;
    }

    public AuditHash? Node(string tenant, int level, long number)
    {
        using var row = new SqliteStatement(_connection, "SELECT hash FROM node WHERE ledger = ?1 AND level = ?2 AND number = ?3");
        row.Bind(1, Number(tenant));
        row.Bind(2, level);
        row.Bind(3, number);
        return row.Step() && row.Bytes(0) is { Length: AuditHash.Size } hash ? new AuditHash(hash) : null;
    }

    public RemovedPart? Removed(string tenant)
    {
        using var row = new SqliteStatement(_connection, "SELECT up_to, hash, frontier FROM removed WHERE ledger = ?1");
        row.Bind(1, Number(tenant));
        return row.Step() ? new RemovedPart(row.Int64(0), new(row.Bytes(1)), Hashes.Split(row.Bytes(2))) : null;
    }

    public long Position(string name)
    {
        using var row = new SqliteStatement(_connection, "SELECT value FROM position WHERE name = ?1");
        row.BindText(1, CanonicalText.Utf8.GetBytes(name));
        return row.Step() ? row.Int64(0) : 0;
    }

    public void Dispose()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }

    private static StoredCheckpoint ReadCheckpoint(SqliteStatement row) =>
        new(row.Int64(0), row.Int64(1), Hashes.Split(row.Bytes(2)), System.Text.Encoding.UTF8.GetString(row.Bytes(3)));

    private static bool Bounds(SqliteStatement rows, long number, long from, long to)
    {
        if (number == 0 || from > to)
            return false;
        rows.Bind(1, SqlitePlace.Of(number, SqlitePlace.Clamp(from)));
        rows.Bind(2, SqlitePlace.Of(number, SqlitePlace.Clamp(to)));
        return true;
    }

    private long Number(string tenant)
    {
        if (!_numbers.TryGetValue(tenant, out var number))
        {
            number = NumberOf(_connection, System.Text.Encoding.UTF8.GetBytes(tenant));
            _numbers.Add(tenant, number);
        }

        return number;
    }
}
