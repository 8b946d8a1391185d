using Mandate.Audit.Canonical;
using Mandate.Audit.Querying;
using Mandate.Audit.Records;
using Mandate.Audit.Storage;
using Mandate.Audit.Storage.Sqlite;
using Mandate.Audit.Verification;

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

    private AuditLedger(ILedgerStore store) => _store = store;

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

        ILedgerStore store = await Task.Run(() => SqliteLedgerStore.Open(options), cancellation).ConfigureAwait(false);
        return new(store);
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
    public Task<AuditPage> QueryAsync(string tenant, AuditQuery query, CancellationToken cancellation = default)
    {
        if (query.Limit is < 1 or > AuditQuery.MaximumLimit)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, $"A page has 1 to {AuditQuery.MaximumLimit} events.");
        return ReadAsync(reader => QueryRunner.Run(reader, tenant, query, cancellation), cancellation);
    }

    /// <summary>Finds an event of a tenant by its id; null when that tenant has none.</summary>
    /// <exception cref="AuditStoreException">The event is damaged so that it cannot be read.</exception>
    public Task<AuditEvent?> FindAsync(string tenant, Guid id, CancellationToken cancellation = default) =>
        ReadAsync(reader => QueryRunner.Find(reader, tenant, id), cancellation);

    /// <summary>Recomputes a tenant's chain from its first event on and names the first damage. Damage is a result, not an exception.</summary>
    /// <param name="tenant">Whose ledger.</param>
    /// <param name="upTo">Last sequence number to check, which must be there; null for the whole ledger.</param>
    /// <param name="known">
    /// A head of this ledger kept elsewhere. With it a chain that was cut or wholly rewritten is detected as well; without it only what contradicts
    /// itself, or the events this process has acknowledged.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    public Task<AuditVerification> VerifyAsync(string tenant, long? upTo = null, AuditHead? known = null, CancellationToken cancellation = default)
    {
        if (upTo is { } last)
            ArgumentOutOfRangeException.ThrowIfNegative(last, nameof(upTo));

        // What was acknowledged before the read begins must be found by it.
        var acknowledged = _store.Acknowledged(tenant)?.Sequence ?? 0;
        var atLeast = Math.Max(upTo ?? acknowledged, known?.Sequence ?? 0);
        var end = upTo is null ? (long?)null : atLeast;
        TrustedPoint[] trusted = known is { } head ? [new(head.Sequence, head.Hash, Root: null, "the given head")] : [];
        var verifier = new LedgerVerifier(_store.OpenReader, tenant);
        return Task.Run(() => verifier.Verify(end, atLeast, trusted, Environment.ProcessorCount, progress: null, cancellation), cancellation);
    }

    /// <summary>Writes what was handed over, then closes the ledger.</summary>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    /// <summary>The database calls block, so they run on a thread of the pool rather than on the caller's.</summary>
    private Task<T> ReadAsync<T>(Func<ILedgerReader, T> read, CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var reader = _store.OpenReader();
            return read(reader);
        },
        cancellation);
}
