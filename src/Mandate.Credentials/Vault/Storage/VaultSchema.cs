using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>The vault's tables, the same in both databases but for the names of two types.</summary>
internal static class VaultSchema
{
    public static async Task CreateAsync(DbConnection connection, CancellationToken cancellation)
    {
        var (blob, integer) = connection is SqliteConnection ? ("BLOB", "INTEGER") : ("BYTEA", "BIGINT");
        using var command = connection.CreateCommand();
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
                fingerprint TEXT NOT NULL,
                hosts TEXT NOT NULL,
                narrowed_from TEXT NULL,
                scopes TEXT NOT NULL,
                source TEXT NULL,
                set_at {integer} NOT NULL,
                expires_at {integer} NULL,
                renew_at {integer} NULL,
                key_id TEXT NULL,
                sealed {blob} NULL,
                PRIMARY KEY (tenant, tree, name));
            CREATE TABLE IF NOT EXISTS mandate_vault_epochs (
                tenant TEXT NOT NULL,
                tree TEXT NOT NULL,
                name TEXT NOT NULL,
                epoch {integer} NOT NULL,
                fingerprint TEXT NOT NULL,
                PRIMARY KEY (tenant, tree, name, epoch));
            """;
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }
}
