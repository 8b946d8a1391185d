using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>Connections to the vault's database. SQLite's calls block, so they are made on a thread of the pool rather than on the caller's.</summary>
internal sealed partial class VaultDatabase : IDisposable
{
    /// <summary>The advisory lock of <see cref="ExclusiveAsync"/>; any number that nothing else uses.</summary>
    private const long ExclusiveLock = 7166812093350273641;

    private readonly DbDataSource? _postgres;
    private readonly string? _sqlite;
    private readonly ILogger _logger;

    private VaultDatabase(DbDataSource? postgres, string? sqlite, ILogger logger) => (_postgres, _sqlite, _logger) = (postgres, sqlite, logger);

    public static async Task<VaultDatabase> OpenAsync(CredentialVaultOptions options, CancellationToken cancellation)
    {
        if (options.Path is null == options.Postgres is null)
            throw new ArgumentException($"A vault needs either {nameof(options.Path)} or {nameof(options.Postgres)}.", nameof(options));
        var database = new VaultDatabase(options.Postgres, options.Postgres is null ? Prepare(options.Path!) : null, options.LoggerFactory.CreateLogger<CredentialVault>());
        if (!await database.RunAsync(VaultSchema.ExistsAsync, cancellation).ConfigureAwait(false))
            await database.ExclusiveAsync(VaultSchema.CreateAsync, cancellation).ConfigureAwait(false);
        await database.RunAsync(VaultSchema.RequireAsync, cancellation).ConfigureAwait(false);
        return database;
    }

    /// <summary>Runs a transaction that has the vault's keys and tables to itself: of these one runs at a time, in all processes.</summary>
    public Task<T> ExclusiveAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, CancellationToken cancellation) => RunAsync(
        async (connection, token) =>
        {
            // SQLite's begins by taking the one right to write.
            var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                if (_postgres is not null)
                {
                    using var wait = connection.Command($"SELECT pg_advisory_xact_lock({ExclusiveLock})").In(transaction);
                    await wait.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                }

                var result = await work(connection, transaction, token).ConfigureAwait(false);
                await transaction.CommitAsync(token).ConfigureAwait(false);
                return result;
            }
        },
        cancellation);

    public Task<T> RunAsync<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        _postgres is null ? Task.Run(() => RunCoreAsync(work, cancellation), cancellation) : RunCoreAsync(work, cancellation);

    public void Dispose()
    {
        if (_sqlite is null)
            return;
        using var connection = new SqliteConnection(_sqlite);
        SqliteConnection.ClearPool(connection);
    }

    private async Task<T> RunCoreAsync<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            var connection = await ConnectAsync(cancellation).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                return await work(connection, cancellation).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            // What the database says names hosts, databases and users; the message of this error goes into histories and to workers.
            LogUnusable(e);
            var code = e is SqliteException sqlite ? $"SQLite {sqlite.SqliteErrorCode}" : e.SqlState is { Length: > 0 } state ? $"SQLSTATE {state}" : "no connection";
            throw new CredentialException(CredentialErrorKind.Unavailable, $"The credential vault's store cannot be used now ({code}). The log of the service says more.", e);
        }
    }

    private async Task<DbConnection> ConnectAsync(CancellationToken cancellation)
    {
        if (_postgres is not null)
            return await _postgres.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        var connection = new SqliteConnection(_sqlite);
        await connection.OpenAsync(cancellation).ConfigureAwait(false);
        // Pooled connections keep neither; erased secrets are overwritten in the file.
        using var pragmas = connection.Command("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;");
        await pragmas.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        return connection;
    }

    /// <summary>Creates the file for its owner alone; SQLite gives its companions the same permissions.</summary>
    private static string Prepare(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        if (!File.Exists(full))
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(full, options).Dispose();
        }

        return new SqliteConnectionStringBuilder { DataSource = full, DefaultTimeout = 30 }.ToString();
    }

    [LoggerMessage(EventId = 1, EventName = "VaultUnusable", Level = LogLevel.Error, Message = "The credential vault's store cannot be used")]
    private partial void LogUnusable(Exception error);
}
