using System.Collections.Concurrent;
using Mandate.Audit.Storage;

namespace Mandate.Audit.Checkpoints;

/// <summary>Makes checkpoints in time and brings each to every sink, in order and at least once.</summary>
internal sealed class Checkpointer : IAsyncDisposable
{
    private const int Portion = 100;

    private readonly ILedgerStore _store;
    private readonly AuditCheckpointOptions _options;
    private readonly CheckpointMaker _maker;
    private readonly ConcurrentDictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly LedgerFollower _make;
    private readonly List<LedgerFollower> _publish;

    public Checkpointer(ILedgerStore store, AuditCheckpointOptions options, AuditLedgerOptions ledger)
    {
        if (options.EveryEvents < 1 || options.Every < TimeSpan.FromSeconds(1))
            throw new ArgumentException($"Checkpoints need {nameof(options.EveryEvents)} of at least 1 and {nameof(options.Every)} of at least a second.", nameof(options));
        _store = store;
        _options = options;
        _maker = new(store, options.Signer, ledger.TimeProvider);
        var logger = Microsoft.Extensions.Logging.LoggerFactoryExtensions.CreateLogger<AuditLedger>(ledger.LoggerFactory);
        _make = new("making of checkpoints", MakeAsync, options.Every, ledger.TimeProvider, logger);
        _publish = [.. options.Sinks.Select(sink =>
            new LedgerFollower($"publishing of checkpoints ({sink.Name})", (tenant, cancellation) => PublishAsync(sink, tenant, cancellation), options.Every, ledger.TimeProvider, logger))];
    }

    public void Start()
    {
        using var reader = _store.OpenReader();
        var tenants = reader.Tenants();
        foreach (var tenant in tenants)
            _sizes[tenant] = reader.Checkpoint(tenant, long.MaxValue)?.Size ?? 0;
        _make.Start(tenants.Where(t => reader.Extent(t).Last > _sizes[t]));
        foreach (var publish in _publish)
            publish.Start(tenants);
    }

    public void Appended(string tenant, long sequence) =>
        _make.Grown(tenant, now: sequence - _sizes.GetValueOrDefault(tenant) >= _options.EveryEvents);

    /// <summary>Makes a checkpoint of all there is now.</summary>
    public async Task<AuditCheckpoint?> MakeNowAsync(string tenant, CancellationToken cancellation)
    {
        var made = await _maker.MakeAsync(tenant, cancellation).ConfigureAwait(false);
        if (made is not null)
        {
            _sizes[tenant] = made.Size;
            foreach (var publish in _publish)
                publish.Grown(tenant, now: true);
        }

        return made;
    }

    /// <summary>How far every sink has come; <see cref="long.MaxValue"/> without sinks.</summary>
    public long Published(ILedgerReader reader, string tenant) =>
        _options.Sinks.Select(sink => reader.Position(PositionOf(sink, tenant))).DefaultIfEmpty(long.MaxValue).Min();

    public async ValueTask DisposeAsync()
    {
        await _make.DisposeAsync().ConfigureAwait(false);
        foreach (var publish in _publish)
            await publish.DisposeAsync().ConfigureAwait(false);
    }

    private static string PositionOf(IAuditCheckpointSink sink, string tenant) => $"checkpoints/{sink.Name}/{tenant}";

    private async Task<bool> MakeAsync(string tenant, CancellationToken cancellation)
    {
        await MakeNowAsync(tenant, cancellation).ConfigureAwait(false);
        return false;
    }

    private async Task<bool> PublishAsync(IAuditCheckpointSink sink, string tenant, CancellationToken cancellation)
    {
        var position = PositionOf(sink, tenant);
        var portion = await Task.Run(
            () =>
            {
                using var reader = _store.OpenReader();
                return reader.Checkpoints(tenant, reader.Position(position) + 1, Portion);
            },
            cancellation).ConfigureAwait(false);
        foreach (var stored in portion)
        {
            if (AuditCheckpoint.TryParse(stored.Note, out var checkpoint))
                await sink.PublishAsync(tenant, checkpoint, cancellation).ConfigureAwait(false);
            await _store.SavePositionAsync(position, stored.Size).ConfigureAwait(false);
        }

        return portion.Count == Portion;
    }
}
