using Mandate.Audit.Canonical;
using Npgsql;
using NpgsqlTypes;

namespace Mandate.Audit.Storage.Postgres;

/// <summary>
/// Writes to a database that others may be writing too: each batch locks the rows of its tenants' chains, reads their ends, and copies the events in, all in one transaction. Whoever waits for
/// the lock gathers the larger batch meanwhile.
/// </summary>
internal sealed class PostgresWriter : BatchWriter<NpgsqlConnection>
{
    private const string Copy = "COPY mandate_audit.event (ledger, sequence, time, canonical, hash, terms) FROM STDIN (FORMAT binary)";

    private readonly NpgsqlDataSource _source;
    private readonly HashSet<(int Year, int Month)> _partitions = [];

    public PostgresWriter(NpgsqlDataSource source, AuditLedgerOptions options, string name)
        : base(options, name)
    {
        _source = source;
        Start();
    }

    protected override void Open()
    {
        var connection = _source.OpenConnection();
        try
        {
            PostgresSchema.Ensure(connection);
            PostgresSchema.Become(connection, PostgresSchema.Writer);
            Connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    protected override void Close()
    {
        _partitions.Clear();
        Connection?.Dispose();
        Connection = null;
    }

    protected override void Write(NpgsqlConnection connection, Work.Change<NpgsqlConnection> change)
    {
        using var transaction = connection.BeginTransaction();
        change.Apply(connection);
        transaction.Commit();
    }

    protected override void Write(NpgsqlConnection connection, IReadOnlyList<Work.Append> batch)
    {
        using var transaction = connection.BeginTransaction();
        var chains = Lock(connection, batch);
        foreach (var pending in batch)
        {
            var chain = chains[pending.Entry.Entry.Tenant];
            chain.Head = Place(pending, chain.Head);
        }

        MakePartitions(connection, batch);
        using (var copy = connection.BeginBinaryImport(Copy))
        {
            foreach (var pending in batch)
            {
                var written = pending.Written!;
                copy.StartRow();
                copy.Write(chains[written.Entry.Tenant].Number, NpgsqlDbType.Integer);
                copy.Write(written.Sequence, NpgsqlDbType.Bigint);
                copy.Write(written.Time.UtcDateTime, NpgsqlDbType.TimestampTz);
                copy.Write(pending.Canonical, NpgsqlDbType.Bytea);
                copy.Write(written.Hash.ToArray(), NpgsqlDbType.Bytea);
                copy.Write(pending.Entry.Terms, NpgsqlDbType.Array | NpgsqlDbType.Bigint);
            }

            copy.Complete();
        }

        transaction.Commit();
    }

    private Dictionary<string, Chain> Lock(NpgsqlConnection connection, IReadOnlyList<Work.Append> batch)
    {
        var tenants = batch.Select(p => p.Entry.Entry.Tenant).Distinct(StringComparer.Ordinal).ToArray();
        using var command = new NpgsqlCommand("SELECT tenant, number, sequence, hash FROM mandate_audit.lock_ledgers($1)", connection);
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. tenants.Select(CanonicalText.Utf8.GetBytes)] });
        var chains = new Dictionary<string, Chain>(StringComparer.Ordinal);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var tenant = CanonicalText.Utf8.GetString(rows.GetFieldValue<byte[]>(0));
            chains.Add(tenant, new(rows.GetInt32(1), Continue(tenant, rows.GetInt64(2), rows.GetFieldValue<byte[]>(3))));
        }

        return chains;
    }

    private void MakePartitions(NpgsqlConnection connection, IReadOnlyList<Work.Append> batch)
    {
        foreach (var pending in batch)
        {
            var time = pending.Written!.Time.UtcDateTime;
            if (!_partitions.Add((time.Year, time.Month)))
                continue;
            using var make = new NpgsqlCommand("SELECT mandate_audit.make_partition($1)", connection);
            make.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            make.ExecuteNonQuery();
        }
    }

    private sealed class Chain(int number, AuditHead head)
    {
        public int Number => number;

        public AuditHead Head { get; set; } = head;
    }
}
