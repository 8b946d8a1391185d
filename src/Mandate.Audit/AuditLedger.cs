using Mandate.Audit.Canonical;
using Mandate.Audit.Checkpoints;
using Mandate.Audit.Records;
using Mandate.Audit.Retention;
using Mandate.Audit.Storage;
using Mandate.Audit.Storage.Postgres;
using Mandate.Audit.Storage.Sqlite;
using Mandate.Audit.Streaming;
using Microsoft.Extensions.Logging;

namespace Mandate.Audit;

/// <summary>
/// An append-only ledger: for each tenant a chain of events in which each holds the hash of the one before it, so that an edit, a
/// removal, a reordering or an insertion shows. It is kept in a SQLite file, which one process writes and any number may read, or in a PostgreSQL database, which any number may write.
/// </summary>
public sealed class AuditLedger : IAsyncDisposable
{
    /// <summary>Tenant of events that belong to none, such as a refused login. Identifiers of real tenants must not start with <c>$</c>.</summary>
    public const string SystemTenant = "$system";

    private readonly ILedgerStore _store;
    private readonly AuditLedgerOptions _options;
    private readonly Checkpointer? _checkpointer;
    private readonly EventStreams _streams;
    private readonly LedgerFollower? _retention;

    private AuditLedger(ILedgerStore store, AuditLedgerOptions options)
    {
        _store = store;
        _options = options;
        Archive = new AuditArchive(store.OpenReader);
        _checkpointer = options.Checkpoints is { } checkpoints ? new Checkpointer(store, checkpoints, options) : null;
        _streams = new EventStreams(store, options);
        _retention = options.Retention is { } retention
            ? new LedgerFollower("removal of old events", RetainAsync, retention.Every, options.TimeProvider, options.LoggerFactory.CreateLogger<AuditLedger>())
            : null;
    }

    /// <summary>The reading side: everything that does not append.</summary>
    public AuditArchive Archive { get; }

    /// <summary>Opens a ledger for writing, creating it when missing.</summary>
    /// <exception cref="AuditStoreLockedException">Another process writes the file.</exception>
    /// <exception cref="AuditStoreException">The store is not a ledger, or of a newer version, or damaged.</exception>
    public static async Task<AuditLedger> OpenAsync(AuditLedgerOptions options, CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(options.Path) == string.IsNullOrWhiteSpace(options.ConnectionString) || options.MaximumPending < 1)
        {
            throw new ArgumentException(
                $"The options of an audit ledger need either a {nameof(options.Path)} or a {nameof(options.ConnectionString)}, and a {nameof(options.MaximumPending)} of at least 1.", nameof(options));
        }

        if (options.Retention is { } retention && (options.Checkpoints is null || retention.KeepFor < TimeSpan.FromDays(1)))
            throw new ArgumentException("Retention needs checkpoints, and keeps events for a day or more.", nameof(options));
        var store = await Task.Run(() => Open(options), cancellation).ConfigureAwait(false);
        try
        {
            var ledger = new AuditLedger(store, options);
            await Task.Run(ledger.Start, cancellation).ConfigureAwait(false);
            return ledger;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Records what happened. Completes after the event is durable: it survives the death of the process and the loss of power from then on.
    /// </summary>
    /// <param name="entry">What happened.</param>
    /// <param name="cancellation">Honoured before the entry is handed over; from then on it is written whether or not anybody waits.</param>
    /// <exception cref="AuditEntryException">The entry is beyond <see cref="AuditLimits"/> or ill-formed.</exception>
    /// <exception cref="AuditUnavailableException">It could not be made durable; what it describes must not happen.</exception>
    /// <exception cref="AuditStoreException">The ledger is damaged where it would be continued.</exception>
    public Task<AuditEvent> AppendAsync(AuditEntry entry, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return _store.AppendAsync(CanonicalEntry.Create(entry));
    }

    /// <summary>Records an event of a known kind, see <see cref="AppendAsync(AuditEntry, CancellationToken)"/>.</summary>
    public Task<AuditEvent> AppendAsync(AuditRecord record, CancellationToken cancellation = default) => AppendAsync(record.ToEntry(), cancellation);

    /// <summary>Reads a page of a tenant's events. They are read as stored; <see cref="VerifyAsync(string, long?, AuditHead?, CancellationToken)"/> tells whether they are as recorded.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not within 1 and <see cref="AuditQuery.MaximumLimit"/>.</exception>
    /// <exception cref="AuditCursorException">The cursor is of another query.</exception>
    /// <exception cref="AuditStoreException">An event is damaged so that it cannot be read.</exception>
    public Task<AuditPage> QueryAsync(string tenant, AuditQuery query, CancellationToken cancellation = default) => Archive.QueryAsync(tenant, query, cancellation);

    /// <summary>Finds an event of a tenant by its id; null when that tenant has none.</summary>
    /// <exception cref="AuditStoreException">The event is damaged so that it cannot be read.</exception>
    public Task<AuditEvent?> FindAsync(string tenant, Guid id, CancellationToken cancellation = default) =>
        Archive.FindAsync(tenant, id, cancellation);

    /// <summary>Recomputes a tenant's chain from its first event on and names the first damage. Damage is a result, not an exception.</summary>
    /// <param name="tenant">Whose ledger.</param>
    /// <param name="upTo">Last sequence number to check, which must be there; null for the whole ledger.</param>
    /// <param name="known">
    /// A head of this ledger kept elsewhere. With it a chain that was cut or wholly rewritten is detected as well; without it only what contradicts
    /// itself, or the events this process has acknowledged.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    public Task<AuditVerification> VerifyAsync(string tenant, long? upTo = null, AuditHead? known = null, CancellationToken cancellation = default) =>
        VerifyAsync(tenant, new AuditVerificationOptions { UpTo = upTo, Known = known, Key = _options.Checkpoints?.Signer.Key }, cancellation);

    /// <summary>Recomputes a tenant's chain and tree, see <see cref="AuditArchive.VerifyAsync(string, AuditVerificationOptions, CancellationToken)"/>. What this process has acknowledged must be there.</summary>
    public Task<AuditVerification> VerifyAsync(string tenant, AuditVerificationOptions options, CancellationToken cancellation = default) =>
        // What was acknowledged before the read begins must be found by it.
        Archive.VerifyAsync(tenant, options, _store.Acknowledged(tenant)?.Sequence ?? 0, cancellation);

    /// <summary>Makes a checkpoint of all that is in a tenant's ledger now, and sends it to the sinks soon after.</summary>
    /// <returns>The newest checkpoint; null for a ledger without events.</returns>
    /// <exception cref="InvalidOperationException">The ledger was opened without <see cref="AuditLedgerOptions.Checkpoints"/>.</exception>
    /// <exception cref="AuditStoreException">The ledger is damaged.</exception>
    public Task<AuditCheckpoint?> CheckpointAsync(string tenant, CancellationToken cancellation = default) =>
        (_checkpointer ?? throw WithoutCheckpoints()).MakeNowAsync(tenant, cancellation);

    /// <summary>
    /// Exports and removes the events of a tenant that the newest checkpoint made before a time covers. What remains still verifies, and the removal is an event. Events that a sink has
    /// not taken yet stay.
    /// </summary>
    /// <param name="tenant">Whose ledger.</param>
    /// <param name="before">The time.</param>
    /// <param name="archiveDirectory">Where the export goes.</param>
    /// <param name="actor">Who removes.</param>
    /// <param name="cancellation">Stops the work before anything is removed.</param>
    /// <returns>Null when there is nothing to remove.</returns>
    /// <exception cref="InvalidOperationException">The ledger was opened without <see cref="AuditLedgerOptions.Checkpoints"/>.</exception>
    /// <exception cref="AuditStoreException">The events to be removed are damaged.</exception>
    public async Task<AuditRemoval?> RemoveAsync(string tenant, DateTimeOffset before, string archiveDirectory, AuditActor actor, CancellationToken cancellation = default)
    {
        var checkpointer = _checkpointer ?? throw WithoutCheckpoints();
        var atMost = await Archive.ReadAsync(
            reader => Math.Min(checkpointer.Published(reader, tenant), EventStreams.Sent(reader, _options.Streams, tenant)), cancellation).ConfigureAwait(false);
        var remover = new SegmentRemover(_store, Archive, _options.Checkpoints!.Signer.Key, record => AppendAsync(record, CancellationToken.None));
        return await remover.RemoveAsync(tenant, before, atMost, archiveDirectory, actor, cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes what was handed over, then closes the ledger.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_retention is not null)
            await _retention.DisposeAsync().ConfigureAwait(false);
        if (_checkpointer is not null)
            await _checkpointer.DisposeAsync().ConfigureAwait(false);
        await _streams.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        Archive.Dispose();
    }

    private static ILedgerStore Open(AuditLedgerOptions options) => options.ConnectionString is null ? SqliteLedgerStore.Open(options) : PostgresLedgerStore.Open(options);

    private static InvalidOperationException WithoutCheckpoints() => new("This ledger was opened without checkpoints.");

    private void Start()
    {
        _store.Appended = Appended;
        _checkpointer?.Start();
        _streams.Start();
        if (_retention is not null)
        {
            using var reader = _store.OpenReader();
            _retention.Start(reader.Tenants());
        }
    }

    private void Appended(string tenant, long sequence)
    {
        _checkpointer?.Appended(tenant, sequence);
        _streams.Appended(tenant);
        _retention?.Grown(tenant, now: false);
    }

    private async Task<bool> RetainAsync(string tenant, CancellationToken cancellation)
    {
        var retention = _options.Retention!;
        // Events grow old without anybody doing anything, so every ledger is looked at again in the next round.
        _retention!.Grown(tenant, now: false);
        await RemoveAsync(tenant, _options.TimeProvider.GetUtcNow() - retention.KeepFor, retention.ArchiveDirectory, new("service", "retention"), cancellation).ConfigureAwait(false);
        return false;
    }
}
