using Mandate.Audit.Canonical;
using Npgsql;

namespace Mandate.Audit.Storage.Postgres;

/// <summary>Ledgers in a PostgreSQL database, which any number of processes may write.</summary>
internal sealed class PostgresLedgerStore : ILedgerStore
{
    private readonly NpgsqlDataSource _source;
    private readonly PostgresWriter _writer;

    private PostgresLedgerStore(NpgsqlDataSource source, PostgresWriter writer)
    {
        _source = source;
        _writer = writer;
    }

    public Action<string, long>? Appended
    {
        get => _writer.Appended;
        set => _writer.Appended = value;
    }

    /// <exception cref="AuditStoreException">The database cannot be reached, or the schema is of a newer version.</exception>
    public static PostgresLedgerStore Open(AuditLedgerOptions options)
    {
        var (source, name) = Source(options.ConnectionString!);
        try
        {
            return new(source, new PostgresWriter(source, options, name));
        }
        catch (NpgsqlException e)
        {
            source.Dispose();
            throw new AuditStoreException($"The audit ledger in '{name}' cannot be opened: {e.Message} Check that the database can be reached and that the role may create schemas and roles, or has mandate_audit_writer.", e);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Opens a view without a store, for those who only read.</summary>
    /// <exception cref="AuditStoreException">There is no ledger, or the database cannot be reached.</exception>
    public static AuditArchive OpenArchive(string connectionString)
    {
        var (source, name) = Source(connectionString);
        try
        {
            using var connection = source.OpenConnection();
            PostgresSchema.Check(connection);
        }
        catch (NpgsqlException e)
        {
            source.Dispose();
            throw new AuditStoreException($"The database '{name}' cannot be read: {e.Message}", e);
        }
        catch
        {
            source.Dispose();
            throw;
        }

        return new(() => OpenReader(source), source.Dispose);
    }

    public Task<AuditEvent> AppendAsync(CanonicalEntry entry) => _writer.AppendAsync(entry);

    public AuditHead? Acknowledged(string tenant) => _writer.Acknowledged(tenant);

    public ILedgerReader OpenReader() => OpenReader(_source);

    public Task SaveAsync(string tenant, StoredCheckpoint checkpoint, IReadOnlyList<TreeNode> nodes) => _writer.ChangeAsync(connection =>
    {
        var ledger = NumberOf(connection, tenant);
        using var insert = new NpgsqlCommand("INSERT INTO mandate_audit.checkpoint (ledger, size, time, frontier, note) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", connection);
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = ledger });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = checkpoint.Size });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = checkpoint.Time });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Hashes.Join(checkpoint.Frontier) });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = checkpoint.Note });
        insert.ExecuteNonQuery();
        foreach (var (level, number, hash) in nodes)
        {
            using var node = new NpgsqlCommand("INSERT INTO mandate_audit.node (ledger, level, number, hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", connection);
            node.Parameters.Add(new NpgsqlParameter<int> { TypedValue = ledger });
            node.Parameters.Add(new NpgsqlParameter<int> { TypedValue = level });
            node.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
            node.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash.ToArray() });
            node.ExecuteNonQuery();
        }
    });

    public Task SavePositionAsync(string name, long value) => _writer.ChangeAsync(connection =>
    {
        using var save = new NpgsqlCommand(
            "INSERT INTO mandate_audit.position AS p (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = greatest(p.value, excluded.value)", connection);
        save.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = CanonicalText.Utf8.GetBytes(name) });
        save.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        save.ExecuteNonQuery();
    });

    public Task RemoveAsync(string tenant, RemovedPart part) => _writer.ChangeAsync(connection =>
    {
        // For this transaction only; at its end the connection is the writer again.
        PostgresSchema.BecomeForTransaction(connection, PostgresSchema.Retention);
        using var remove = new NpgsqlCommand("SELECT mandate_audit.remove_events($1, $2, $3, $4)", connection);
        remove.Parameters.Add(new NpgsqlParameter<int> { TypedValue = NumberOf(connection, tenant) });
        remove.Parameters.Add(new NpgsqlParameter<long> { TypedValue = part.UpTo });
        remove.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = part.Hash.ToArray() });
        remove.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Hashes.Join(part.Frontier) });
        remove.ExecuteNonQuery();
    });

    public async ValueTask DisposeAsync()
    {
        await Task.Run(_writer.Dispose).ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private static (NpgsqlDataSource Source, string Name) Source(string connectionString)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new(connectionString) { ApplicationName = "mandate-audit" };
        }
        catch (ArgumentException e)
        {
            // The message of the driver can repeat a part of the text, which may hold a password.
            throw new AuditStoreException($"The connection string of the audit ledger is not one of PostgreSQL ({e.GetType().Name}). It looks like 'Host=…;Database=…;Username=…'.");
        }

        return (NpgsqlDataSource.Create(builder), $"{builder.Host}/{builder.Database}");
    }

    private static PostgresLedgerReader OpenReader(NpgsqlDataSource source)
    {
        var connection = source.OpenConnection();
        try
        {
            PostgresSchema.Become(connection, PostgresSchema.Reader);
            return new(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static int NumberOf(NpgsqlConnection connection, string tenant)
    {
        using var find = new NpgsqlCommand("SELECT number FROM mandate_audit.ledger WHERE tenant = $1", connection);
        find.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = CanonicalText.Utf8.GetBytes(tenant) });
        return find.ExecuteScalar() is int number ? number : throw new AuditStoreException($"The tenant '{tenant}' has no ledger.");
    }
}
