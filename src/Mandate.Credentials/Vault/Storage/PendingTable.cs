using System.Data.Common;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>
/// Secrets that do not count yet. Each is a row among the credentials, so that rotations of keys and the removal of ended trees cover it, under a name and a user that no other row has: the
/// control character in front of them is in no reference that the vault takes, and no user's id is one that begins with it.
/// </summary>
internal sealed class PendingTable(VaultDatabase database, CredentialTable table)
{
    private const char Mark = '\u0001';
    private const string OfName = "tenant = @tenant AND tree = @tree AND user_id = @user AND substr(name, length(name) - length(@suffix) + 1) = @suffix";

    /// <summary>The row of a secret that is to become an epoch of a name.</summary>
    /// <param name="becomes">What it becomes.</param>
    /// <param name="onlyAfter">The epoch it may follow; null where it may follow any that is older.</param>
    public static StoredCredential RowOf(StoredCredential becomes, long? onlyAfter) => becomes with
    {
        Name = NameOf(becomes.Name, becomes.Epoch), User = Mark + becomes.User, Source = onlyAfter?.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Whether a row's secret is out of date when it arrives: something was set since it was kept.</summary>
    public static bool IsSuperseded(StoredCredential pending, StoredCredential? current) => pending.Sealed is null
        || pending.Epoch <= (current?.Epoch ?? 0)
        || (pending.Source is { } onlyAfter && long.Parse(onlyAfter, System.Globalization.CultureInfo.InvariantCulture) != (current?.Epoch ?? 0));

    /// <summary>The row that a reference was given out for; null where there is none.</summary>
    public Task<StoredCredential?> FindAsync(CredentialOwner owner, CredentialReference reference, CancellationToken cancellation) =>
        table.FindAsync(owner with { User = Mark + owner.User }, NameOf(reference.Name, reference.Epoch), cancellation);

    /// <summary>The salt that references to a name have which were given out before it was first set; null where none were.</summary>
    public Task<byte[]?> SaltAsync(CredentialOwner owner, string name, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            using var command = connection.Command($"SELECT salt FROM mandate_vault_credentials WHERE {OfName} ORDER BY epoch LIMIT 1", Parameters(owner, name));
            return await command.ExecuteScalarAsync(token).ConfigureAwait(false) as byte[];
        },
        cancellation);

    /// <summary>Removes what was kept for a name and cannot count any more, since a later epoch, or the same, was set. Its references mean what was set.</summary>
    public static async Task RemoveSupersededAsync(DbConnection connection, DbTransaction transaction, StoredCredential set, CancellationToken cancellation)
    {
        if (set.User[0] == Mark)
            return;
        using var command = connection.Command($"DELETE FROM mandate_vault_credentials WHERE {OfName} AND epoch <= @epoch", [.. Parameters(set.Owner, set.Name), ("@epoch", set.Epoch)]).In(transaction);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The newest epoch that is kept for a name; zero where none is.</summary>
    public Task<long> LastEpochAsync(CredentialOwner owner, string name, CancellationToken cancellation) => database.RunAsync(
        async (connection, token) =>
        {
            using var command = connection.Command($"SELECT MAX(epoch) FROM mandate_vault_credentials WHERE {OfName}", Parameters(owner, name));
            return await command.ExecuteScalarAsync(token).ConfigureAwait(false) is long epoch ? epoch : 0;
        },
        cancellation);

    /// <summary>Adds a row; false where another was faster with that epoch.</summary>
    public Task<bool> TryAddAsync(StoredCredential row, CancellationToken cancellation) => table.TryWriteAsync(row, expectedEpoch: 0, cancellation);

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
                "UPDATE mandate_vault_credentials SET sealed = NULL, key_id = NULL WHERE tenant = @tenant AND tree = @tree AND user_id = @user AND name = @name AND epoch = @epoch",
                ("@tenant", row.Tenant), ("@tree", row.Tree), ("@user", row.User), ("@name", row.Name), ("@epoch", row.Epoch));
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Makes a row what it was kept for; false when another has done so, or has set something meanwhile.</summary>
    public Task<bool> TryTakeAsync(StoredCredential pending, StoredCredential becomes, long expectedEpoch, CancellationToken cancellation) =>
        table.TryWriteAsync(becomes, expectedEpoch, (connection, transaction, token) => RemoveAsync(connection, transaction, pending, token), cancellation);

    private static async Task<bool> RemoveAsync(DbConnection connection, DbTransaction transaction, StoredCredential row, CancellationToken cancellation)
    {
        using var credential = connection.Command(
            "DELETE FROM mandate_vault_credentials WHERE tenant = @tenant AND tree = @tree AND user_id = @user AND name = @name AND epoch = @epoch",
            ("@tenant", row.Tenant), ("@tree", row.Tree), ("@user", row.User), ("@name", row.Name), ("@epoch", row.Epoch)).In(transaction);
        return await credential.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false) == 1;
    }

    private static string NameOf(string name, long epoch) => $"{Mark}{epoch}{Mark}{name}";

    private static (string Name, object? Value)[] Parameters(CredentialOwner owner, string name) =>
        [("@tenant", owner.Tenant), ("@tree", owner.Tree), ("@user", Mark + owner.User), ("@suffix", Mark + name)];
}
