using System.Data;
using Mandate.Audit.Canonical;
using Npgsql;
using NpgsqlTypes;

namespace Mandate.Audit.Storage.Postgres;

/// <summary>Reads inside one transaction that sees the database as it was when it began and may not write.</summary>
internal sealed class PostgresLedgerReader : ILedgerReader
{
    private const int BlockBits = 10;
    private const int FirstPortion = 128;
    private const int LargestPortion = 8_192;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private byte[] _canonical = new byte[4_096];
    private readonly byte[] _hash = new byte[1_024];

    public PostgresLedgerReader(NpgsqlConnection connection)
    {
        _connection = connection;
        _transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        using var readOnly = new NpgsqlCommand("SET TRANSACTION READ ONLY", connection);
        readOnly.ExecuteNonQuery();
    }

    public IReadOnlyList<string> Tenants()
    {
        using var command = new NpgsqlCommand("SELECT tenant FROM mandate_audit.ledger ORDER BY number", _connection);
        using var rows = command.ExecuteReader();
        var tenants = new List<string>();
        while (rows.Read())
        {
            if (CanonicalText.Decode(rows.GetFieldValue<byte[]>(0)) is { } tenant)
                tenants.Add(tenant);
        }

        return tenants;
    }

    public LedgerExtent Extent(string tenant)
    {
        var first = (Removed(tenant)?.UpTo ?? 0) + 1;
        using var command = Command("SELECT sequence FROM mandate_audit.event WHERE ledger = $1 ORDER BY sequence DESC LIMIT 1", tenant);
        return new(first, command.ExecuteScalar() is long last ? last : first - 1);
    }

    public void Scan(string tenant, long from, long to, EventVisitor visitor, bool descending = false)
    {
        using var command = Command(descending
            ? "SELECT sequence, canonical, hash FROM mandate_audit.event WHERE ledger = $1 AND sequence BETWEEN $2 AND $3 ORDER BY sequence DESC LIMIT $4"
            : "SELECT sequence, canonical, hash FROM mandate_audit.event WHERE ledger = $1 AND sequence BETWEEN $2 AND $3 ORDER BY sequence LIMIT $4", tenant);
        InPortions(command, from, to, visitor, descending);
    }

    public void Find(string tenant, Guid id, EventVisitor visitor)
    {
        using var command = Command("SELECT sequence, canonical, hash FROM mandate_audit.event WHERE substring(canonical, 18, 16) = $2 AND ledger = $1", tenant);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = id.ToByteArray(bigEndian: true) });
        using var rows = command.ExecuteReader();
        if (rows.Read())
            Visit(rows, visitor);
    }

    public void Search(string tenant, IReadOnlyList<long> terms, long from, long to, EventVisitor visitor, bool descending)
    {
        using var command = Command(descending
            ? "SELECT sequence, canonical, hash FROM mandate_audit.event WHERE ledger = $1 AND sequence BETWEEN $2 AND $3 AND terms @> $5 ORDER BY sequence DESC LIMIT $4"
            : "SELECT sequence, canonical, hash FROM mandate_audit.event WHERE ledger = $1 AND sequence BETWEEN $2 AND $3 AND terms @> $5 ORDER BY sequence LIMIT $4", tenant);
        InPortions(command, from, to, visitor, descending, [.. terms]);
    }

    public (long From, long To) Within(string tenant, long low, long high)
    {
        using var command = Command("SELECT min(number), max(number) FROM mandate_audit.block WHERE ledger = $1 AND high >= $2 AND low < $3", tenant);
        command.Parameters.Add(Time(low));
        command.Parameters.Add(Time(high));
        using var rows = command.ExecuteReader();
        rows.Read();
        return rows.IsDBNull(0) ? (1, 0) : (rows.GetInt64(0) << BlockBits, ((rows.GetInt64(1) + 1) << BlockBits) - 1);
    }

    public IReadOnlyList<StoredCheckpoint> Checkpoints(string tenant, long fromSize, int limit)
    {
        using var command = Command("SELECT size, time, frontier, note FROM mandate_audit.checkpoint WHERE ledger = $1 AND size >= $2 ORDER BY size LIMIT $3", tenant);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = fromSize });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = limit });
        return ReadCheckpoints(command);
    }

    public StoredCheckpoint? Checkpoint(string tenant, long atMost)
    {
        using var command = Command("SELECT size, time, frontier, note FROM mandate_audit.checkpoint WHERE ledger = $1 AND size <= $2 ORDER BY size DESC LIMIT 1", tenant);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = atMost });
        return ReadCheckpoints(command) is [var checkpoint] ? checkpoint : null;
    }

    public AuditHash? Node(string tenant, int level, long number)
    {
        using var command = Command("SELECT hash FROM mandate_audit.node WHERE ledger = $1 AND level = $2 AND number = $3", tenant);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = level });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        return command.ExecuteScalar() is byte[] { Length: AuditHash.Size } hash ? new AuditHash(hash) : null;
    }

    public RemovedPart? Removed(string tenant)
    {
        using var command = Command("SELECT up_to, hash, frontier FROM mandate_audit.removed WHERE ledger = $1", tenant);
        using var rows = command.ExecuteReader();
        return rows.Read() ? new RemovedPart(rows.GetInt64(0), new(rows.GetFieldValue<byte[]>(1)), Hashes.Split(rows.GetFieldValue<byte[]>(2))) : null;
    }

    public long Position(string name)
    {
        using var command = new NpgsqlCommand("SELECT value FROM mandate_audit.position WHERE name = $1", _connection);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = CanonicalText.Utf8.GetBytes(name) });
        return command.ExecuteScalar() is long value ? value : 0;
    }

    public void Dispose()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }

    private static List<StoredCheckpoint> ReadCheckpoints(NpgsqlCommand command)
    {
        using var rows = command.ExecuteReader();
        var checkpoints = new List<StoredCheckpoint>();
        while (rows.Read())
            checkpoints.Add(new(rows.GetInt64(0), rows.GetInt64(1), Hashes.Split(rows.GetFieldValue<byte[]>(2)), rows.GetString(3)));
        return checkpoints;
    }

    /// <summary>Times a database cannot hold are replaced by the farthest it can, beyond which no event lies.</summary>
    private static NpgsqlParameter<DateTime> Time(long microseconds) => new()
    {
        TypedValue = AuditTime.FromMicroseconds(microseconds)?.UtcDateTime
            ?? (microseconds < 0 ? DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc) : DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)),
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };

    /// <summary>A command whose first parameter is the ledger's number; 0, which no ledger has, when there is none.</summary>
    private NpgsqlCommand Command(string sql, string tenant)
    {
        int number;
        using (var find = new NpgsqlCommand("SELECT number FROM mandate_audit.ledger WHERE tenant = $1", _connection))
        {
            find.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = System.Text.Encoding.UTF8.GetBytes(tenant) });
            number = find.ExecuteScalar() is int found ? found : 0;
        }

#pragma warning disable CA2100 // constant texts of this file
        var command = new NpgsqlCommand(sql, _connection);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
        return command;
    }

    /// <summary>
    /// In portions that grow, as whoever stops early must still read to the end of a portion: a page needs few, a verification all.
    /// </summary>
    private void InPortions(NpgsqlCommand command, long from, long to, EventVisitor visitor, bool descending, long[]? terms = null)
    {
        var (low, high) = (new NpgsqlParameter<long>(), new NpgsqlParameter<long>());
        var limit = new NpgsqlParameter<long>();
        command.Parameters.Add(low);
        command.Parameters.Add(high);
        command.Parameters.Add(limit);
        if (terms is not null)
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = terms });
        for (var portion = FirstPortion; from <= to; portion = Math.Min(LargestPortion, portion * 2))
        {
            (low.TypedValue, high.TypedValue, limit.TypedValue) = (from, to, portion);
            var count = 0;
            var last = from;
            using (var rows = command.ExecuteReader())
            {
                while (rows.Read())
                {
                    last = rows.GetInt64(0);
                    count++;
                    if (!Visit(rows, visitor))
                        return;
                }
            }

            if (count < portion)
                return;
            (from, to) = descending ? (from, last - 1) : (last + 1, to);
        }
    }

    private bool Visit(NpgsqlDataReader rows, EventVisitor visitor)
    {
        var length = (int)rows.GetBytes(1, 0, buffer: null, 0, 0);
        if (_canonical.Length < length)
            _canonical = new byte[2 * length];
        rows.GetBytes(1, 0, _canonical, 0, length);
        var hashLength = (int)Math.Min(_hash.Length, rows.GetBytes(2, 0, buffer: null, 0, 0));
        rows.GetBytes(2, 0, _hash, 0, hashLength);
        return visitor(rows.GetInt64(0), _canonical.AsSpan(0, length), _hash.AsSpan(0, hashLength));
    }
}
