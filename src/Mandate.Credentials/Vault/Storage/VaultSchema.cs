using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>
/// The vault's tables, the same in both databases but for the names of two types. Where they exist nothing is created, so that a role that may read and write their rows, and no more, can open
/// a vault.
/// </summary>
internal static class VaultSchema
{
    private static readonly string[] Relations =
    [
        "mandate_vault_keys", "mandate_vault_fingerprint_key", "mandate_vault_credentials", "mandate_vault_retired_keys", "mandate_vault_key_changes",
    ];

    public static async Task<bool> ExistsAsync(DbConnection connection, CancellationToken cancellation)
    {
        var names = string.Join(", ", Relations.Select(r => $"'{r}'"));
        using var command = connection.Command(connection is SqliteConnection
            ? $"SELECT COUNT(*) FROM sqlite_master WHERE name IN ({names})"
            : $"""
               SELECT COUNT(DISTINCT c.relname) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                   WHERE n.nspname = ANY (current_schemas(false)) AND c.relname IN ({names})
               """);
        return (long)(await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false))! == Relations.Length;
    }

    public static async Task<bool> CreateAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellation)
    {
        var (blob, integer) = connection is SqliteConnection ? ("BLOB", "INTEGER") : ("BYTEA", "BIGINT");
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"""
            CREATE TABLE IF NOT EXISTS mandate_vault_keys (
                id TEXT NOT NULL PRIMARY KEY,
                purpose TEXT NOT NULL,
                kek_id TEXT NOT NULL,
                wrapped {blob} NOT NULL,
                created {integer} NOT NULL);
            CREATE UNIQUE INDEX IF NOT EXISTS mandate_vault_fingerprint_key ON mandate_vault_keys (purpose) WHERE purpose = 'fingerprint';
            CREATE TABLE IF NOT EXISTS mandate_vault_credentials (
                tenant TEXT NOT NULL,
                tree TEXT NOT NULL,
                name TEXT NOT NULL,
                user_id TEXT NOT NULL,
                epoch {integer} NOT NULL,
                state {integer} NOT NULL,
                salt {blob} NOT NULL,
                hosts TEXT NOT NULL,
                narrowed_from TEXT NULL,
                scopes TEXT NOT NULL,
                source TEXT NULL,
                set_at {integer} NOT NULL,
                expires_at {integer} NULL,
                renew_at {integer} NULL,
                key_id TEXT NULL,
                sealed {blob} NULL,
                PRIMARY KEY (tenant, tree, user_id, name));
            CREATE TABLE IF NOT EXISTS mandate_vault_retired_keys (
                kek_id TEXT NOT NULL PRIMARY KEY,
                retired_at {integer} NOT NULL);
            CREATE TABLE IF NOT EXISTS mandate_vault_key_changes (
                id TEXT NOT NULL PRIMARY KEY,
                verb TEXT NOT NULL,
                kek_id TEXT NOT NULL,
                entries {integer} NOT NULL,
                changed_by TEXT NOT NULL,
                changed_at {integer} NOT NULL);
            """;
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Makes sure that the tables are such as these.</summary>
    /// <exception cref="CredentialException">An earlier build has created them.</exception>
    public static async Task<bool> RequireAsync(DbConnection connection, CancellationToken cancellation)
    {
        using var command = connection.Command(connection is SqliteConnection
            ? "SELECT COUNT(*) FROM pragma_table_info('mandate_vault_credentials') WHERE name = 'salt'"
            : "SELECT COUNT(*) FROM pg_catalog.pg_attribute WHERE attrelid = 'mandate_vault_credentials'::regclass AND attname = 'salt'");
        return (long)(await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false))! == 1 ? true : throw new CredentialException(
            CredentialErrorKind.NotConfigured, "The credential vault was created by an earlier build, and what it holds cannot be read by this one. Move vault.db away, or drop the tables mandate_vault_credentials and mandate_vault_epochs, and set the tokens anew.");
    }
}
