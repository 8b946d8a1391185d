using System.Data.Common;
using System.Text.Json;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>Credentials, each in its newest epoch.</summary>
internal sealed class CredentialTable(VaultDatabase database)
{
    private const string Columns =
        "tenant, tree, name, user_id, epoch, state, salt, hosts, narrowed_from, scopes, source, set_at, expires_at, renew_at, key_id, sealed";

    /// <summary>How many are sealed anew in one transaction: few enough that a service that writes meanwhile does not wait.</summary>
    private const int ResealedAtOnce = 100;

    /// <summary>A user's credential; what other users have under the same name is never read.</summary>
    public Task<StoredCredential?> FindAsync(CredentialOwner owner, string name, CancellationToken cancellation) => database.RunAsync(
        (connection, token) => FindAsync(connection, owner, name, token), cancellation);

    /// <inheritdoc cref="FindAsync(CredentialOwner, string, CancellationToken)"/>
    public static async Task<StoredCredential?> FindAsync(DbConnection connection, CredentialOwner owner, string name, CancellationToken cancellation, DbTransaction? transaction = null)
    {
        using var command = connection.Command(
            $"SELECT {Columns} FROM mandate_vault_credentials WHERE tenant = @tenant AND tree = @tree AND user_id = @user AND name = @name",
            ("@tenant", owner.Tenant), ("@tree", owner.Tree), ("@user", owner.User), ("@name", name));
        command.Transaction = transaction;
        return await ReadAsync(command, cancellation).ConfigureAwait(false) is [var row, ..] ? row : null;
    }

    /// <summary>Writes what follows the epoch that was read; false when another was faster, or has prepared something of the same epoch or a later one.</summary>
    public Task<bool> TryWriteAsync(StoredCredential next, long expectedEpoch, CancellationToken cancellation) =>
        TryWriteAsync(next, expectedEpoch, (connection, transaction, token) => PendingTable.IsNewestAsync(connection, transaction, next, token), cancellation);

    /// <summary>Writes what follows the epoch that was read, together with something else; false, and nothing of both, when another was faster or the other part is not to be.</summary>
    public Task<bool> TryWriteAsync(
        StoredCredential next, long expectedEpoch, Func<DbConnection, DbTransaction, CancellationToken, Task<bool>> also, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await PendingTable.LockAsync(connection, transaction, next, token).ConfigureAwait(false);
                using var write = connection.Command(
                    expectedEpoch == 0
                        ? $"INSERT INTO mandate_vault_credentials ({Columns}) VALUES (@tenant, @tree, @name, @user, @epoch, @state, @salt, @hosts, @narrowed, @scopes, @source, @set, @expires, @renew, @key, @sealed) ON CONFLICT DO NOTHING"
                        : """
                          UPDATE mandate_vault_credentials SET epoch = @epoch, state = @state, salt = @salt, hosts = @hosts, narrowed_from = @narrowed,
                              scopes = @scopes, source = @source, set_at = @set, expires_at = @expires, renew_at = @renew, key_id = @key, sealed = @sealed
                          WHERE tenant = @tenant AND tree = @tree AND user_id = @user AND name = @name AND epoch = @expected
                          """,
                    Parameters(next, expectedEpoch)).In(transaction);
                if (await write.ExecuteNonQueryAsync(token).ConfigureAwait(false) != 1 || !await also(connection, transaction, token).ConfigureAwait(false))
                    return false;
                await PendingTable.EraseSupersededAsync(connection, transaction, next, token).ConfigureAwait(false);
                await transaction.CommitAsync(token).ConfigureAwait(false);
                return true;
            }
        },
        cancellation);

    /// <summary>Credentials whose secret is sealed under another data key than this one, some at a time, in the order of their places.</summary>
    /// <param name="dataKeyId">The data key.</param>
    /// <param name="after">The place after which to go on; null to begin.</param>
    /// <param name="cancellation">Stops the work.</param>
    public Task<IReadOnlyList<StoredCredential>> NotUnderAsync(string dataKeyId, StoredCredential? after, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            using var command = connection.Command(
                $"""
                 SELECT {Columns} FROM mandate_vault_credentials WHERE sealed IS NOT NULL AND key_id <> @key AND (tenant, tree, user_id, name) > (@tenant, @tree, @user, @name)
                     ORDER BY tenant, tree, user_id, name LIMIT {ResealedAtOnce}
                 """,
                ("@key", dataKeyId), ("@tenant", after?.Tenant ?? ""), ("@tree", after?.Tree ?? ""), ("@user", after?.User ?? ""), ("@name", after?.Name ?? ""));
            return await ReadAsync(command, token).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Replaces sealed bytes, each unless the credential was set or sealed anew meanwhile.</summary>
    /// <returns>How many were replaced.</returns>
    public Task<int> ResealAsync(IReadOnlyList<(StoredCredential Row, string DataKeyId, byte[] Box)> boxes, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            var count = 0;
            var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                foreach (var (row, dataKeyId, box) in boxes)
                {
                    using var command = connection.Command(
                        """
                        UPDATE mandate_vault_credentials SET key_id = @key, sealed = @sealed
                            WHERE tenant = @tenant AND tree = @tree AND user_id = @user AND name = @name AND epoch = @epoch AND key_id = @old AND sealed IS NOT NULL
                        """,
                        ("@key", dataKeyId), ("@sealed", box), ("@tenant", row.Tenant), ("@tree", row.Tree), ("@user", row.User), ("@name", row.Name), ("@epoch", row.Epoch), ("@old", row.DataKeyId)).In(transaction);
                    count += await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                }

                await transaction.CommitAsync(token).ConfigureAwait(false);
            }

            return count;
        },
        cancellation);

    /// <summary>Removes the credentials of a tree, unless one of them was set since a time.</summary>
    public Task<int> RemoveTreeAsync(string tenant, string tree, DateTimeOffset before, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            using var command = connection.Command(
                """
                DELETE FROM mandate_vault_credentials WHERE tenant = @tenant AND tree = @tree
                    AND NOT EXISTS (SELECT 1 FROM mandate_vault_credentials AS other WHERE other.tenant = @tenant AND other.tree = @tree AND other.set_at >= @before)
                """,
                ("@tenant", tenant), ("@tree", tree), ("@before", VaultCommand.Time(before)));
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Trees of whose credentials none was set since a time.</summary>
    public Task<IReadOnlyList<(string Tenant, string Tree)>> TreesAsync(DateTimeOffset before, CancellationToken cancellation) => database.RunAsync<IReadOnlyList<(string, string)>>(
        async (connection, token) =>
        {
            var trees = new List<(string, string)>();
            using var command = connection.Command(
                "SELECT tenant, tree FROM mandate_vault_credentials GROUP BY tenant, tree HAVING MAX(set_at) < @before", ("@before", VaultCommand.Time(before)));
            var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                    trees.Add((reader.GetString(0), reader.GetString(1)));
            }

            return trees;
        },
        cancellation);

    private static (string Name, object? Value)[] Parameters(StoredCredential row, long expectedEpoch) =>
    [
        ("@tenant", row.Tenant), ("@tree", row.Tree), ("@name", row.Name), ("@user", row.User), ("@epoch", row.Epoch), ("@state", (long)row.State),
        ("@salt", row.Salt), ("@hosts", JsonSerializer.Serialize(row.Hosts)), ("@narrowed", row.NarrowedFrom), ("@scopes", JsonSerializer.Serialize(row.Scopes)),
        ("@source", row.Source), ("@set", VaultCommand.Time(row.SetAt)), ("@expires", VaultCommand.Time(row.ExpiresAt)), ("@renew", VaultCommand.Time(row.RenewAt)),
        ("@key", row.DataKeyId), ("@sealed", row.Sealed), .. expectedEpoch == 0 ? Array.Empty<(string, object?)>() : [("@expected", expectedEpoch)],
    ];

    private static async Task<IReadOnlyList<StoredCredential>> ReadAsync(DbCommand command, CancellationToken cancellation)
    {
        var rows = new List<StoredCredential>();
        var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                rows.Add(new()
                {
                    Tenant = reader.GetString(0),
                    Tree = reader.GetString(1),
                    Name = reader.GetString(2),
                    User = reader.GetString(3),
                    Epoch = reader.GetInt64(4),
                    State = (CredentialState)reader.GetInt64(5),
                    Salt = reader.GetFieldValue<byte[]>(6),
                    Hosts = JsonSerializer.Deserialize<AllowedHosts?>(reader.GetString(7)),
                    NarrowedFrom = reader.TextOrNull(8),
                    Scopes = JsonSerializer.Deserialize<string[]>(reader.GetString(9))!,
                    Source = reader.TextOrNull(10),
                    SetAt = reader.TimeOrNull(11)!.Value,
                    ExpiresAt = reader.TimeOrNull(12),
                    RenewAt = reader.TimeOrNull(13),
                    DataKeyId = reader.TextOrNull(14),
                    Sealed = reader.BytesOrNull(15),
                });
            }
        }

        return rows;
    }
}
