using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>
/// Secrets, and parts of others, that do not count yet. Each is a row among the credentials, so that rotations of keys and the removal of ended trees cover it. In place of a user it has the user and the name, so
/// that those of one name are found by the primary key, and in place of a name its epoch; each with a control character before it, which is in no name, and at the beginning of no user's id.
/// </summary>
internal sealed class PendingTable(VaultDatabase database, CredentialTable table)
{
    private const char Mark = '\u0001';
    private const string OfRow = "tenant = @tenant AND tree = @tree AND user_id = @user AND name = @name AND epoch = @epoch";
    private const string OfName = "tenant = @tenant AND tree = @tree AND user_id = @user";

    /// <summary>How long it is kept in mind that an erased one may still have to be withdrawn. A call takes minutes at most.</summary>
    private static readonly TimeSpan KeepErased = TimeSpan.FromHours(1);

    /// <summary>The row of a secret that is to become an epoch of a name.</summary>
    /// <param name="becomes">What it becomes.</param>
    /// <param name="onlyAfter">The epoch it may follow; null where it may follow any that is older.</param>
    /// <param name="parent">The workflow for whose child it is; null where it is not prepared for a child's start.</param>
    public static StoredCredential RowOf(StoredCredential becomes, long? onlyAfter, string? parent) => becomes with
    {
        Name = NameOf(becomes.Epoch),
        User = PlaceOf(becomes.Owner, becomes.Name),
        Source = onlyAfter is null && parent is null ? null : string.Create(CultureInfo.InvariantCulture, $"{onlyAfter}{(parent is null ? "" : $"{Mark}{parent}")}"),
    };

    /// <summary>When it was prepared. A part of another has that one's time as its own, and its own where a renewal would stand.</summary>
    public static DateTimeOffset PreparedAt(StoredCredential pending) => pending.RenewAt ?? pending.SetAt;

    /// <summary>The workflow for whose child a row is; null where it is not prepared for a child's start.</summary>
    public static string? ParentOf(StoredCredential pending) => pending.Source?.Split(Mark, 2) is [_, var parent] ? parent : null;

    /// <summary>Whether a row's secret is out of date when it arrives: something was set since it was kept.</summary>
    public static bool IsSuperseded(StoredCredential pending, StoredCredential? current) => pending is { Sealed: null, NarrowedFrom: null }
        || pending.Epoch <= (current?.Epoch ?? 0)
        || (pending.Source?.Split(Mark)[0] is { Length: > 0 } onlyAfter && long.Parse(onlyAfter, CultureInfo.InvariantCulture) != (current?.Epoch ?? 0));

    /// <summary>The row that a reference was given out for; null where there is none.</summary>
    public Task<StoredCredential?> FindAsync(CredentialOwner owner, CredentialReference reference, CancellationToken cancellation) =>
        table.FindAsync(owner with { User = PlaceOf(owner, reference.Name) }, NameOf(reference.Epoch), cancellation);

    /// <summary>What a name has now. Whether it still holds is seen when something is written after it.</summary>
    public Task<CredentialBefore> BeforeAsync(CredentialOwner owner, string name, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            // In this order: what arrives in between is seen as what it becomes.
            var (epoch, salt) = await NewestAsync(connection, transaction: null, owner, name, token).ConfigureAwait(false);
            var row = await CredentialTable.FindAsync(connection, owner, name, token).ConfigureAwait(false);
            return new CredentialBefore(row, epoch, row?.Salt ?? salt);
        },
        cancellation);

    /// <summary>Makes the writes to a name follow one another, those of what is kept for it included.</summary>
    public static async Task LockAsync(DbConnection connection, DbTransaction transaction, StoredCredential row, CancellationToken cancellation)
    {
        // SQLite's transactions begin by taking the one right to write.
        if (connection is SqliteConnection)
            return;
        var place = string.Join(Mark, row.Tenant, row.Tree, IsPending(row) ? row.User : PlaceOf(row.Owner, row.Name));
        using var wait = connection.Command("SELECT pg_advisory_xact_lock(hashtextextended(@place, 0))", ("@place", place)).In(transaction);
        await wait.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether nothing is kept for a name that is later than what is set now, or has references of another salt.</summary>
    public static async Task<bool> IsNewestAsync(DbConnection connection, DbTransaction transaction, StoredCredential set, CancellationToken cancellation)
    {
        var (epoch, salt) = await NewestAsync(connection, transaction, set.Owner, set.Name, cancellation).ConfigureAwait(false);
        return epoch < set.Epoch && (salt is null || salt.AsSpan().SequenceEqual(set.Salt));
    }

    /// <summary>
    /// Erases what was kept for a name and cannot count any more, since a later epoch was set. Its references mean what was set. The rows stay for a while, until it is known
    /// that they have arrived, so that they can still be withdrawn. Those for a child's start stay: whoever had them prepared may not be its parent.
    /// </summary>
    public static async Task EraseSupersededAsync(DbConnection connection, DbTransaction transaction, StoredCredential set, CancellationToken cancellation)
    {
        if (IsPending(set))
            return;
        using var command = connection.Command(
            $"""
             UPDATE mandate_vault_credentials SET sealed = NULL, key_id = NULL WHERE {OfName} AND epoch < @epoch AND sealed IS NOT NULL;
             DELETE FROM mandate_vault_credentials WHERE {OfName} AND epoch < @epoch AND state = @active AND set_at < @old AND (source IS NULL OR source NOT LIKE @started)
             """,
            [.. Parameters(set.Owner, set.Name), ("@epoch", set.Epoch), ("@started", $"%{Mark}%"), ("@active", (long)CredentialState.Active), ("@old", VaultCommand.Time(set.SetAt - KeepErased))]).In(transaction);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Adds the row of what is to become an epoch; false where another was faster with that epoch, or has set something meanwhile.</summary>
    public Task<bool> TryAddAsync(StoredCredential row, StoredCredential becomes, CancellationToken cancellation) => table.TryWriteAsync(
        row,
        expectedEpoch: 0,
        async (connection, transaction, token) =>
        {
            var current = await CredentialTable.FindAsync(connection, becomes.Owner, becomes.Name, token, transaction).ConfigureAwait(false);
            if (current is not null)
                return current.Epoch < becomes.Epoch && current.Salt.AsSpan().SequenceEqual(becomes.Salt);
            using var others = connection.Command(
                $"SELECT COUNT(*) FROM mandate_vault_credentials WHERE {OfName} AND salt <> @salt", [.. Parameters(becomes.Owner, becomes.Name), ("@salt", becomes.Salt)]).In(transaction);
            return await others.ExecuteScalarAsync(token).ConfigureAwait(false) is 0L;
        },
        cancellation);

    /// <summary>Takes back what has not arrived. Once something later was set, which makes references to the epochs before it good, a mark stays that this one is not.</summary>
    public Task WithdrawAsync(StoredCredential row, CredentialOwner owner, CredentialReference reference, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await LockAsync(connection, transaction, row, token).ConfigureAwait(false);
                if (await CredentialTable.FindAsync(connection, owner, reference.Name, token, transaction).ConfigureAwait(false) is { } current && current.Epoch > row.Epoch)
                {
                    using var mark = connection.Command($"UPDATE mandate_vault_credentials SET state = @state, sealed = NULL, key_id = NULL WHERE {OfRow}", [.. Parameters(row), ("@state", (long)CredentialState.Revoked)]).In(transaction);
                    await mark.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                }
                else
                {
                    await RemoveAsync(connection, transaction, row, token).ConfigureAwait(false);
                }

                await transaction.CommitAsync(token).ConfigureAwait(false);
                return true;
            }
        },
        cancellation);

    /// <summary>Removes a row, and what shows that it was there.</summary>
    public Task RemoveAsync(StoredCredential row, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await RemoveAsync(connection, transaction, row, token).ConfigureAwait(false);
                await transaction.CommitAsync(token).ConfigureAwait(false);
                return true;
            }
        },
        cancellation);

    /// <summary>Erases the secret of a row; its reference stays known.</summary>
    public Task EraseAsync(StoredCredential row, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            using var command = connection.Command(
                $"UPDATE mandate_vault_credentials SET sealed = NULL, key_id = NULL WHERE {OfRow}", Parameters(row));
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Makes a row what it was kept for; false when another has done so, or has set something meanwhile.</summary>
    public Task<bool> TryTakeAsync(StoredCredential pending, StoredCredential becomes, long expectedEpoch, CancellationToken cancellation) =>
        table.TryWriteAsync(becomes, expectedEpoch, (connection, transaction, token) => RemoveAsync(connection, transaction, pending, token), cancellation);

    private static async Task<bool> RemoveAsync(DbConnection connection, DbTransaction transaction, StoredCredential row, CancellationToken cancellation)
    {
        using var credential = connection.Command(
            $"DELETE FROM mandate_vault_credentials WHERE {OfRow}", Parameters(row)).In(transaction);
        return await credential.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false) == 1;
    }

    private static async Task<(long Epoch, byte[]? Salt)> NewestAsync(DbConnection connection, DbTransaction? transaction, CredentialOwner owner, string name, CancellationToken cancellation)
    {
        using var command = connection.Command($"SELECT epoch, salt FROM mandate_vault_credentials WHERE {OfName} ORDER BY epoch DESC LIMIT 1", Parameters(owner, name));
        command.Transaction = transaction;
        var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            return await reader.ReadAsync(cancellation).ConfigureAwait(false) ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : default;
    }

    private static bool IsPending(StoredCredential row) => row.User is [Mark, ..];

    private static (string Name, object? Value)[] Parameters(StoredCredential row) =>
        [("@tenant", row.Tenant), ("@tree", row.Tree), ("@user", row.User), ("@name", row.Name), ("@epoch", row.Epoch)];

    private static string NameOf(long epoch) => $"{Mark}{epoch}";

    private static string PlaceOf(CredentialOwner owner, string name) => $"{Mark}{owner.User}{Mark}{name}";

    private static (string Name, object? Value)[] Parameters(CredentialOwner owner, string name) =>
        [("@tenant", owner.Tenant), ("@tree", owner.Tree), ("@user", PlaceOf(owner, name))];
}
