using Mandate.Audit.Canonical;
using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Storage.Sqlite;

/// <summary>Writes to a file of which this process is the only writer, so the heads of the chains are kept in memory.</summary>
internal sealed class SqliteWriter : BatchWriter<SqliteConnection>
{
    private readonly SqliteFile _file;
    private readonly AuditLedgerOptions _options;
    private readonly Dictionary<string, Chain> _chains = new(StringComparer.Ordinal);
    private SqliteAppend? _append;
    private SqliteStatement? _begin;
    private SqliteStatement? _commit;
    private bool _removing;

    public SqliteWriter(SqliteFile file, AuditLedgerOptions options)
        : base(options, file.Path)
    {
        _file = file;
        _options = options;
        Start();
    }

    /// <summary>Runs a change that deletes events.</summary>
    public Task RemoveAsync(Action<SqliteConnection> change) => ChangeAsync(connection =>
    {
        _removing = true;
        try
        {
            SqliteSchema.OpenForRemoval(connection);
            change(connection);
            SqliteSchema.Close(connection);
        }
        finally
        {
            _removing = false;
        }
    });

    protected override void Write(SqliteConnection connection, IReadOnlyList<Work.Append> batch)
    {
        Span<byte> hash = stackalloc byte[AuditHash.Size];
        _begin!.Execute();
        foreach (var pending in batch)
        {
            var chain = ChainOf(connection, pending.Entry.Entry.Tenant);
            chain.Head = Place(pending, chain.Head);
            chain.Head.Hash.CopyTo(hash);
            _append!.Run(chain.Number, chain.Head.Sequence, pending.Canonical, hash, CanonicalEvent.Time(pending.Canonical), pending.Entry.Terms);
        }

        _append!.Flush();
        _commit!.Execute();
    }

    protected override void Write(SqliteConnection connection, Work.Change<SqliteConnection> change)
    {
        _begin!.Execute();
        change.Apply(connection);
        _commit!.Execute();
    }

    protected override void Open()
    {
        PrivateFile.Create(_file.Path);
        var connection = _file.OpenWriter(_options.MaximumPages?.Invoke());
        try
        {
            var restored = SqliteSchema.Ensure(connection);
            if (restored > 0)
                LogGuardsRestored(restored, Name);
            SqliteAuthorizer.AppendOnly(connection, () => _removing);
            _append = new SqliteAppend(connection);
            _begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
            _commit = new SqliteStatement(connection, "COMMIT");
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
        _chains.Clear();
        _append?.Dispose();
        _append = null;
        _begin?.Dispose();
        _begin = null;
        _commit?.Dispose();
        _commit = null;
        Connection?.Dispose();
        Connection = null;
    }

    private Chain ChainOf(SqliteConnection connection, string tenant)
    {
        if (_chains.TryGetValue(tenant, out var chain))
            return chain;
        chain = Load(connection, tenant);
        _chains.Add(tenant, chain);
        return chain;
    }

    private Chain Load(SqliteConnection connection, string tenant)
    {
        var bytes = CanonicalText.Utf8.GetBytes(tenant);
        var number = SqliteLedgerReader.NumberOf(connection, bytes);
        if (number == 0)
        {
            using var insert = new SqliteStatement(connection, "INSERT INTO ledger (tenant) VALUES (?1) RETURNING number");
            insert.BindBlob(1, bytes);
            insert.Step();
            number = insert.Int64(0);
        }

        using var head = new SqliteStatement(connection, "SELECT place, hash FROM event WHERE place >= ?1 AND place <= ?2 ORDER BY place DESC LIMIT 1");
        head.Bind(1, SqlitePlace.Of(number, 0));
        head.Bind(2, SqlitePlace.Of(number, SqlitePlace.MaximumSequence));
        if (head.Step())
            return new(number, Continue(tenant, SqlitePlace.SequenceOf(head.Int64(0)), head.Bytes(1)));
        using var removed = new SqliteStatement(connection, "SELECT up_to, hash FROM removed WHERE ledger = ?1");
        removed.Bind(1, number);
        return new(number, removed.Step() ? Continue(tenant, removed.Int64(0), removed.Bytes(1)) : Continue(tenant, 0, []));
    }

    private sealed class Chain(long number, AuditHead head)
    {
        public long Number => number;

        public AuditHead Head { get; set; } = head;
    }
}
