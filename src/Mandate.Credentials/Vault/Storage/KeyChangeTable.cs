using System.Data.Common;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>What was done to the vault's keys, written with it in one transaction, until somebody has recorded it: so no change goes unrecorded, whoever is running.</summary>
internal sealed class KeyChangeTable(VaultDatabase database)
{
    public static async Task AddAsync(
        DbConnection connection, DbTransaction transaction, string verb, string keyId, long entries, string by, DateTimeOffset now, CancellationToken cancellation)
    {
        using var command = connection.Command(
            "INSERT INTO mandate_vault_key_changes (id, verb, kek_id, entries, changed_by, changed_at) VALUES (@id, @verb, @kek, @entries, @by, @at)",
            ("@id", Guid.CreateVersion7(now).ToString("N")), ("@verb", verb), ("@kek", keyId), ("@entries", entries), ("@by", by), ("@at", VaultCommand.Time(now))).In(transaction);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    public Task AddAsync(string verb, string keyId, long entries, string by, DateTimeOffset now, CancellationToken cancellation) => database.ExclusiveAsync(
        async (connection, transaction, token) =>
        {
            await AddAsync(connection, transaction, verb, keyId, entries, by, now, token).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>Oldest first.</summary>
    public Task<IReadOnlyList<VaultKeyChange>> ReadAsync(CancellationToken cancellation) => database.RunAsync<IReadOnlyList<VaultKeyChange>>(
        async (connection, token) =>
        {
            var changes = new List<VaultKeyChange>();
            using var command = connection.Command("SELECT id, verb, kek_id, entries, changed_by, changed_at FROM mandate_vault_key_changes ORDER BY changed_at, id LIMIT 200");
            var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                    changes.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4), reader.TimeOrNull(5)!.Value));
            }

            return changes;
        },
        cancellation);

    public Task RemoveAsync(string id, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            using var command = connection.Command("DELETE FROM mandate_vault_key_changes WHERE id = @id", ("@id", id));
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        cancellation);
}
