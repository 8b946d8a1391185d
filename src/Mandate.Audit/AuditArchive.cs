using Mandate.Audit.Canonical;
using Mandate.Audit.Checkpoints;
using Mandate.Audit.Export;
using Mandate.Audit.Merkle;
using Mandate.Audit.Querying;
using Mandate.Audit.Storage;
using Mandate.Audit.Storage.Sqlite;
using Mandate.Audit.Verification;
using Microsoft.Data.Sqlite;

namespace Mandate.Audit;

/// <summary>The reading side of a ledger: searches, verifies, proves and exports, and cannot change anything. It needs no running service and takes no lock.</summary>
public sealed class AuditArchive : IDisposable
{
    private readonly Func<ILedgerReader> _open;
    private readonly Action? _release;

    internal AuditArchive(Func<ILedgerReader> open, Action? release = null)
    {
        _open = open;
        _release = release;
    }

    /// <summary>Opens a SQLite file, which a service may be writing.</summary>
    /// <exception cref="AuditStoreException">It is missing, not a ledger, or of another version.</exception>
    public static AuditArchive OpenFile(string path)
    {
        if (!File.Exists(path))
            throw new AuditStoreException($"There is no file '{path}'.");
        var file = new SqliteFile(path);
        try
        {
            using var connection = file.OpenReader(isPrepared: false);
            if (SqliteSchema.Check(connection) < SqliteSchema.Version)
                throw new AuditStoreException($"'{path}' is an audit ledger of an earlier version. Start the service on it once, or on a copy of it: that brings it to version {SqliteSchema.Version}.");
        }
        catch (SqliteException e)
        {
            throw new AuditStoreException($"'{path}' cannot be read as an audit ledger: {e.Message}", e);
        }

        return new(() => new SqliteLedgerReader(file.OpenReader()), file.Release);
    }

    /// <summary>Opens a PostgreSQL database, which services may be writing. The role needs to be a member of <c>mandate_audit_reader</c>.</summary>
    /// <exception cref="AuditStoreException">It cannot be reached, or holds no ledger.</exception>
    public static AuditArchive OpenPostgres(string connectionString) => Storage.Postgres.PostgresLedgerStore.OpenArchive(connectionString);

    /// <summary>Every tenant that has a ledger here.</summary>
    public Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellation = default) => ReadAsync(reader => reader.Tenants(), cancellation);

    /// <summary>Reads a page of a tenant's events, see <see cref="AuditLedger.QueryAsync"/>.</summary>
    public Task<AuditPage> QueryAsync(string tenant, AuditQuery query, CancellationToken cancellation = default)
    {
        if (query.Limit is < 1 or > AuditQuery.MaximumLimit)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, $"A page has 1 to {AuditQuery.MaximumLimit} events.");
        return ReadAsync(reader => QueryRunner.Run(reader, tenant, query, cancellation), cancellation);
    }

    /// <summary>Finds an event of a tenant by its id, see <see cref="AuditLedger.FindAsync"/>.</summary>
    public Task<AuditEvent?> FindAsync(string tenant, Guid id, CancellationToken cancellation = default) =>
        ReadAsync(reader => QueryRunner.Find(reader, tenant, id), cancellation);

    /// <summary>Recomputes a tenant's chain and tree, and names the first damage. Damage is a result, not an exception.</summary>
    /// <exception cref="ArgumentException">A given checkpoint is of another ledger, or not signed by the given key.</exception>
    public Task<AuditVerification> VerifyAsync(string tenant, AuditVerificationOptions options, CancellationToken cancellation = default) => VerifyAsync(tenant, options, acknowledged: 0, cancellation);

    /// <summary>Checkpoints of a tenant, in ascending order of their sizes.</summary>
    /// <param name="tenant">Whose ledger.</param>
    /// <param name="fromSize">Smallest size.</param>
    /// <param name="limit">Most checkpoints, 1 to 1,000.</param>
    /// <param name="cancellation">Stops the work.</param>
    public Task<IReadOnlyList<AuditCheckpoint>> CheckpointsAsync(string tenant, long fromSize = 0, int limit = 1_000, CancellationToken cancellation = default) =>
        ReadAsync<IReadOnlyList<AuditCheckpoint>>(
            reader => [.. reader.Checkpoints(tenant, fromSize, Math.Clamp(limit, 1, 1_000)).Select(c => AuditCheckpoint.TryParse(c.Note, out var checkpoint) ? checkpoint : null).OfType<AuditCheckpoint>()],
            cancellation);

    /// <summary>The newest checkpoint of a tenant; null when there is none.</summary>
    public Task<AuditCheckpoint?> LatestCheckpointAsync(string tenant, CancellationToken cancellation = default) =>
        ReadAsync(reader => reader.Checkpoint(tenant, long.MaxValue) is { } stored && AuditCheckpoint.TryParse(stored.Note, out var checkpoint) ? checkpoint : null, cancellation);

    /// <summary>Proves that an event is one of those a checkpoint covers.</summary>
    /// <param name="tenant">Whose ledger.</param>
    /// <param name="id">Which event.</param>
    /// <param name="size">Size of the checkpoint; null for the newest.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>Null when there is no such event, no such checkpoint, or the checkpoint does not cover it yet.</returns>
    /// <exception cref="AuditStoreException">The ledger is damaged, so the proof would not hold.</exception>
    public Task<AuditProof?> ProveAsync(string tenant, Guid id, long? size = null, CancellationToken cancellation = default) => ReadAsync(
        reader =>
        {
            byte[] canonical = [];
            AuditEvent? found = null;
            reader.Find(tenant, id, (place, bytes, hash) =>
            {
                (found, canonical) = (QueryRunner.Read(place, bytes, hash), bytes.ToArray());
                return false;
            });
            if (found is null || At(reader, tenant, size) is not { } checkpoint || checkpoint.Size < found.Sequence)
                return null;
            using var hasher = new EventHasher();
            var path = new MerkleProofs(reader, tenant, hasher).Inclusion(found.Sequence - 1, checkpoint.Size);
            if (MerkleVerification.Root(found.Hash, found.Sequence - 1, checkpoint.Size, path, hasher) != checkpoint.Root)
                throw Disproved(checkpoint.Size);
            return new AuditProof(found, canonical, path, checkpoint);
        },
        cancellation);

    /// <summary>Proves that the ledger of a checkpoint is the beginning of the ledger of a later one.</summary>
    /// <returns>Null when one of the checkpoints is not there.</returns>
    /// <exception cref="AuditStoreException">The ledger is damaged, or what the proof needs was removed by retention.</exception>
    public Task<AuditConsistencyProof?> ProveConsistencyAsync(string tenant, long from, long to, CancellationToken cancellation = default) => ReadAsync(
        reader =>
        {
            if (from > to || At(reader, tenant, from) is not { } older || At(reader, tenant, to) is not { } newer)
                return null;
            using var hasher = new EventHasher();
            var path = new MerkleProofs(reader, tenant, hasher).Consistency(from, to);
            if (!MerkleVerification.IsConsistent(from, older.Root, to, newer.Root, path, hasher))
                throw Disproved(to);
            return new AuditConsistencyProof(older, newer, path);
        },
        cancellation);

    /// <summary>Writes a tenant's events as JSON Lines, with all that is needed to verify them alone. The form is described in <c>docs/audit-format.md</c>.</summary>
    /// <param name="tenant">Whose ledger.</param>
    /// <param name="destination">Where to; left open.</param>
    /// <param name="upTo">Last sequence number; null for the whole ledger.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>How many events were written.</returns>
    /// <exception cref="AuditStoreException">An event is damaged so that it cannot be read.</exception>
    public Task<long> ExportAsync(string tenant, Stream destination, long? upTo = null, IProgress<AuditProgress>? progress = null, CancellationToken cancellation = default) =>
        ReadAsync(reader => JsonLinesExport.Write(reader, tenant, destination, upTo, progress, cancellation), cancellation);

    /// <summary>Verifies an export alone. Damage is a result, not an exception.</summary>
    /// <param name="path">File that <see cref="ExportAsync"/> wrote.</param>
    /// <param name="options">What to hold it against.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InvalidDataException">The file does not begin as an export does.</exception>
    /// <exception cref="ArgumentException">A given checkpoint is of another ledger, or not signed by the given key.</exception>
    public static Task<AuditVerification> VerifyExportAsync(string path, AuditVerificationOptions options, CancellationToken cancellation = default) =>
        Task.Run(() => JsonLinesVerifier.Verify(path, options, cancellation), cancellation);

    /// <summary>Closes what is open.</summary>
    public void Dispose() => _release?.Invoke();

    internal Task<AuditVerification> VerifyAsync(string tenant, AuditVerificationOptions options, long acknowledged, CancellationToken cancellation)
    {
        if (options.UpTo is { } last)
            ArgumentOutOfRangeException.ThrowIfNegative(last, nameof(options));
        return Task.Run(() => Verify(tenant, options, acknowledged, cancellation), cancellation);
    }

    internal Task<T> ReadAsync<T>(Func<ILedgerReader, T> read, CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var reader = _open();
            return read(reader);
        },
        cancellation);

    private AuditVerification Verify(string tenant, AuditVerificationOptions options, long acknowledged, CancellationToken cancellation)
    {
        List<TrustedPoint> points = [];
        AuditDamage? forged = null;
        try
        {
            using var reader = _open();
            (points, forged) = TrustedPoints.Gather(tenant, options, from => TrustedPoints.Stored(reader, tenant, from));
        }
        catch (SqliteException)
        {
            // A damaged table of checkpoints must not hide what is left of the chain; what was given is held against it all the same.
            (points, forged) = TrustedPoints.Gather(tenant, options, _ => []);
            forged = new(1, AuditDamageKind.Unreadable, "The ledger's own checkpoints cannot be read: its file is damaged.");
        }

        var atLeast = Math.Max(options.UpTo ?? acknowledged, points.Count > 0 ? points[^1].Size : 0);
        var verification = new LedgerVerifier(_open, tenant).Verify(options.UpTo, atLeast, points, options.Threads, options.Progress, cancellation);
        return TrustedPoints.With(verification, forged);
    }

    private static AuditCheckpoint? At(ILedgerReader reader, string tenant, long? size) =>
        reader.Checkpoint(tenant, size ?? long.MaxValue) is { } stored && (size is null || stored.Size == size) && AuditCheckpoint.TryParse(stored.Note, out var checkpoint) ? checkpoint : null;

    private static AuditStoreException Disproved(long size) =>
        new($"The proof does not lead to the root of the checkpoint of {size} events: the ledger is damaged. Verify it.");
}
