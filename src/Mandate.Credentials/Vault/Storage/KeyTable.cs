using System.Data.Common;
using Mandate.Credentials.Vault.Keys;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>
/// The vault's own keys, wrapped. Whoever writes here has the vault's keys to himself while he does, so that nothing is wrapped under a key-encryption key while another process retires it.
/// </summary>
internal sealed class KeyTable(VaultDatabase database)
{
    public Task<IReadOnlyList<StoredKey>> ReadAsync(CancellationToken cancellation) => database.RunAsync(
        (connection, token) => ReadAsync(connection, transaction: null, token), cancellation);

    /// <summary>What each key-encryption key holds.</summary>
    public Task<IReadOnlyList<KeyUse>> UsesAsync(CancellationToken cancellation) => database.RunAsync<IReadOnlyList<KeyUse>>(
        async (connection, token) =>
        {
            var uses = new List<KeyUse>();
            using var command = connection.Command(
                """
                SELECT k.kek_id, COUNT(DISTINCT k.id), COUNT(c.key_id) FROM mandate_vault_keys AS k
                    LEFT JOIN mandate_vault_credentials AS c ON c.key_id = k.id AND c.sealed IS NOT NULL GROUP BY k.kek_id
                """);
            var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                    uses.Add(new(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
            }

            return uses;
        },
        cancellation);

    /// <summary>Adds a key; nothing where another process has added one that may exist once only. The first one under a key-encryption key is a change of the vault's keys.</summary>
    /// <param name="decide">What to add, given the keys there are; null for nothing.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KeyRingException">The key-encryption key was retired.</exception>
    public Task<bool> AddAsync(Func<IReadOnlyList<StoredKey>, CancellationToken, ValueTask<StoredKey?>> decide, string by, CancellationToken cancellation) => database.ExclusiveAsync(
        async (connection, transaction, token) =>
        {
            var stored = await ReadAsync(connection, transaction, token).ConfigureAwait(false);
            if (await decide(stored, token).ConfigureAwait(false) is not { } key)
                return false;
            await RequireInUseAsync(connection, transaction, key.Wrapped.KeyId, token).ConfigureAwait(false);
            using var command = connection.Command(
                "INSERT INTO mandate_vault_keys (id, purpose, kek_id, wrapped, created) VALUES (@id, @purpose, @kek, @wrapped, @created) ON CONFLICT DO NOTHING",
                ("@id", key.Id), ("@purpose", key.Purpose), ("@kek", key.Wrapped.KeyId), ("@wrapped", key.Wrapped.Bytes), ("@created", key.Created.ToUnixTimeMilliseconds())).In(transaction);
            if (await command.ExecuteNonQueryAsync(token).ConfigureAwait(false) != 1)
                return false;
            if (stored.Count > 0 && stored.All(k => k.Wrapped.KeyId != key.Wrapped.KeyId))
                await KeyChangeTable.AddAsync(connection, transaction, VaultKeyChange.Rotate, key.Wrapped.KeyId, entries: 0, by, key.Created, token).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>Keeps a key under another key-encryption key; false when another process has done so.</summary>
    /// <exception cref="KeyRingException">The key-encryption key was retired.</exception>
    public Task<bool> RewrapAsync(StoredKey key, WrappedKey wrapped, CancellationToken cancellation) => database.ExclusiveAsync(
        async (connection, transaction, token) =>
        {
            await RequireInUseAsync(connection, transaction, wrapped.KeyId, token).ConfigureAwait(false);
            using var command = connection.Command(
                "UPDATE mandate_vault_keys SET kek_id = @kek, wrapped = @wrapped WHERE id = @id AND kek_id = @old",
                ("@kek", wrapped.KeyId), ("@wrapped", wrapped.Bytes), ("@id", key.Id), ("@old", key.Wrapped.KeyId)).In(transaction);
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false) == 1;
        },
        cancellation);

    /// <summary>Removes a data key, unless something is sealed under it.</summary>
    public Task<bool> RemoveAsync(string id, CancellationToken cancellation) => database.ExclusiveAsync(
        async (connection, transaction, token) =>
        {
            using var command = connection.Command(
                "DELETE FROM mandate_vault_keys WHERE id = @id AND NOT EXISTS (SELECT 1 FROM mandate_vault_credentials WHERE key_id = @id AND sealed IS NOT NULL)", ("@id", id)).In(transaction);
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false) == 1;
        },
        cancellation);

    /// <summary>Says for good that nothing may be wrapped under a key-encryption key any more. Nothing changes where something still is.</summary>
    /// <returns>How many of the vault's keys are wrapped under it; zero when it is retired now.</returns>
    public Task<long> RetireAsync(string keyId, string by, DateTimeOffset now, CancellationToken cancellation) => database.ExclusiveAsync(
        async (connection, transaction, token) =>
        {
            using var count = connection.Command("SELECT COUNT(*) FROM mandate_vault_keys WHERE kek_id = @kek", ("@kek", keyId)).In(transaction);
            if ((long)(await count.ExecuteScalarAsync(token).ConfigureAwait(false))! is > 0 and var left)
                return left;
            using var retire = connection.Command(
                "INSERT INTO mandate_vault_retired_keys (kek_id, retired_at) VALUES (@kek, @now) ON CONFLICT DO NOTHING", ("@kek", keyId), ("@now", VaultCommand.Time(now))).In(transaction);
            if (await retire.ExecuteNonQueryAsync(token).ConfigureAwait(false) == 1)
                await KeyChangeTable.AddAsync(connection, transaction, VaultKeyChange.Retire, keyId, entries: 0, by, now, token).ConfigureAwait(false);
            return 0L;
        },
        cancellation);

    /// <summary>Whether a key-encryption key was retired.</summary>
    public Task<bool> IsRetiredAsync(string keyId, CancellationToken cancellation) =>
        database.RunAsync((connection, token) => IsRetiredAsync(connection, transaction: null, keyId, token), cancellation);

    private static async Task<IReadOnlyList<StoredKey>> ReadAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancellation)
    {
        var keys = new List<StoredKey>();
        using var command = connection.Command("SELECT id, purpose, kek_id, wrapped, created FROM mandate_vault_keys ORDER BY created, id");
        command.Transaction = transaction;
        var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                keys.Add(new(reader.GetString(0), reader.GetString(1), new(reader.GetString(2), reader.GetFieldValue<byte[]>(3)), reader.TimeOrNull(4)!.Value));
        }

        return keys;
    }

    private static async Task RequireInUseAsync(DbConnection connection, DbTransaction transaction, string keyId, CancellationToken cancellation)
    {
        if (await IsRetiredAsync(connection, transaction, keyId, cancellation).ConfigureAwait(false))
            throw new KeyRingException($"The key '{keyId}' was retired, so nothing is wrapped under it any more: this key ring is an old one. Copy the one with the newest key here.");
    }

    private static async Task<bool> IsRetiredAsync(DbConnection connection, DbTransaction? transaction, string keyId, CancellationToken cancellation)
    {
        using var command = connection.Command("SELECT COUNT(*) FROM mandate_vault_retired_keys WHERE kek_id = @kek", ("@kek", keyId));
        command.Transaction = transaction;
        return (long)(await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false))! > 0;
    }
}
