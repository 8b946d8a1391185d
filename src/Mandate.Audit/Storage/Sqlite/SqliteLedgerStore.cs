using Mandate.Audit.Canonical;
using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Storage.Sqlite;

/// <summary>Ledgers in one SQLite file. One process writes it; any number may read it.</summary>
internal sealed class SqliteLedgerStore : ILedgerStore
{
    private readonly SqliteFile _file;
    private readonly StoreLock _lock;
    private readonly SqliteWriter _writer;

    private SqliteLedgerStore(SqliteFile file, StoreLock storeLock, SqliteWriter writer)
    {
        _file = file;
        _lock = storeLock;
        _writer = writer;
    }

    public Action<string, long>? Appended
    {
        get => _writer.Appended;
        set => _writer.Appended = value;
    }

    /// <exception cref="AuditStoreLockedException">Another process writes it.</exception>
    /// <exception cref="AuditStoreException">The file is not a ledger, or of a newer version, or damaged.</exception>
    public static SqliteLedgerStore Open(AuditLedgerOptions options)
    {
        var path = Path.GetFullPath(options.Path!);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var storeLock = StoreLock.Take(path);
        try
        {
            var file = new SqliteFile(path);
            return new(file, storeLock, new SqliteWriter(file, options));
        }
        catch (SqliteException e)
        {
            storeLock.Dispose();
            throw new AuditStoreException($"The audit ledger '{path}' cannot be opened: {e.Message} Restore it from a backup, or name another file.", e);
        }
        catch
        {
            storeLock.Dispose();
            throw;
        }
    }

    public Task<AuditEvent> AppendAsync(CanonicalEntry entry) => _writer.AppendAsync(entry);

    public AuditHead? Acknowledged(string tenant) => _writer.Acknowledged(tenant);

    public ILedgerReader OpenReader() => new SqliteLedgerReader(_file.OpenReader());

    public Task SaveAsync(string tenant, StoredCheckpoint checkpoint, IReadOnlyList<TreeNode> nodes) => _writer.ChangeAsync(connection =>
    {
        var ledger = SqliteLedgerReader.NumberOf(connection, CanonicalText.Utf8.GetBytes(tenant));
        using var insert = new SqliteStatement(connection, "INSERT OR IGNORE INTO checkpoint (ledger, size, time, frontier, note) VALUES (?1, ?2, ?3, ?4, ?5)");
        insert.Bind(1, ledger);
        insert.Bind(2, checkpoint.Size);
        insert.Bind(3, checkpoint.Time);
        insert.BindBlob(4, Hashes.Join(checkpoint.Frontier));
        insert.BindText(5, CanonicalText.Utf8.GetBytes(checkpoint.Note));
        insert.Execute();
        using var node = new SqliteStatement(connection, "INSERT OR IGNORE INTO node (ledger, level, number, hash) VALUES (?1, ?2, ?3, ?4)");
        foreach (var (level, number, hash) in nodes)
        {
            node.Bind(1, ledger);
            node.Bind(2, level);
            node.Bind(3, number);
            node.BindBlob(4, hash.ToArray());
            node.Execute();
        }
    });

    public Task SavePositionAsync(string name, long value) => _writer.ChangeAsync(connection =>
    {
        using var save = new SqliteStatement(connection, "INSERT INTO position (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)");
        save.BindText(1, CanonicalText.Utf8.GetBytes(name));
        save.Bind(2, value);
        save.Execute();
    });

    public Task RemoveAsync(string tenant, RemovedPart part) => _writer.RemoveAsync(connection =>
    {
        var ledger = SqliteLedgerReader.NumberOf(connection, CanonicalText.Utf8.GetBytes(tenant));
        using var delete = new SqliteStatement(connection, "DELETE FROM event WHERE place >= ?1 AND place <= ?2");
        delete.Bind(1, SqlitePlace.Of(ledger, 0));
        delete.Bind(2, SqlitePlace.Of(ledger, part.UpTo));
        delete.Execute();
        using var save = new SqliteStatement(connection, "INSERT OR REPLACE INTO removed (ledger, up_to, hash, frontier) VALUES (?1, ?2, ?3, ?4)");
        save.Bind(1, ledger);
        save.Bind(2, part.UpTo);
        save.BindBlob(3, part.Hash.ToArray());
        save.BindBlob(4, Hashes.Join(part.Frontier));
        save.Execute();
    });

    public async ValueTask DisposeAsync()
    {
        await Task.Run(_writer.Dispose).ConfigureAwait(false);
        _file.Release();
        _lock.Dispose();
    }
}
