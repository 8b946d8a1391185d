using Mandate.Credentials.Vault.Keys;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>The vault's own keys, wrapped.</summary>
internal sealed class KeyTable(VaultDatabase database)
{
    public Task<IReadOnlyList<StoredKey>> ReadAsync(CancellationToken cancellation) => database.RunAsync<IReadOnlyList<StoredKey>>(
        async (connection, token) =>
        {
            var keys = new List<StoredKey>();
            using var command = connection.Command("SELECT id, purpose, kek_id, wrapped, created FROM mandate_vault_keys ORDER BY created, id");
            var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                    keys.Add(new(reader.GetString(0), reader.GetString(1), new(reader.GetString(2), reader.GetFieldValue<byte[]>(3)), reader.TimeOrNull(4)!.Value));
            }

            return keys;
        },
        cancellation);

    /// <summary>Adds a key; nothing where another process has added one that may exist once only.</summary>
    public Task AddAsync(StoredKey key, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            using var command = connection.Command(
                "INSERT INTO mandate_vault_keys (id, purpose, kek_id, wrapped, created) VALUES (@id, @purpose, @kek, @wrapped, @created) ON CONFLICT DO NOTHING",
                ("@id", key.Id), ("@purpose", key.Purpose), ("@kek", key.Wrapped.KeyId), ("@wrapped", key.Wrapped.Bytes), ("@created", key.Created.ToUnixTimeMilliseconds()));
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Keeps a key under another key-encryption key.</summary>
    public Task RewrapAsync(string id, WrappedKey wrapped, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            using var command = connection.Command("UPDATE mandate_vault_keys SET kek_id = @kek, wrapped = @wrapped WHERE id = @id", ("@kek", wrapped.KeyId), ("@wrapped", wrapped.Bytes), ("@id", id));
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        cancellation);

    public Task RemoveAsync(string id, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            using var command = connection.Command("DELETE FROM mandate_vault_keys WHERE id = @id", ("@id", id));
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        cancellation);
}
