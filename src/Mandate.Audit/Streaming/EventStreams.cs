using Mandate.Audit.Querying;
using Mandate.Audit.Storage;
using Microsoft.Extensions.Logging;

namespace Mandate.Audit.Streaming;

/// <summary>Sends events on to sinks, each at its own pace, from where it stopped.</summary>
internal sealed class EventStreams : IAsyncDisposable
{
    private const int Portion = 500;

    /// <summary>Every so often a sink is tried although nothing was appended here: another process may have appended.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly ILedgerStore _store;
    private readonly List<LedgerFollower> _followers;

    public EventStreams(ILedgerStore store, AuditLedgerOptions options)
    {
        _store = store;
        if (options.Streams.Select(s => s.Name).Distinct(StringComparer.Ordinal).Count() != options.Streams.Count)
            throw new ArgumentException("Two streams have the same name; what they have sent could not be told apart.", nameof(options));
        var logger = options.LoggerFactory.CreateLogger<AuditLedger>();
        _followers = [.. options.Streams.Select(sink =>
            new LedgerFollower($"sending of events ({sink.Name})", (tenant, cancellation) => SendAsync(sink, tenant, cancellation), Every, options.TimeProvider, logger))];
    }

    public void Start()
    {
        if (_followers.Count == 0)
            return;
        using var reader = _store.OpenReader();
        var tenants = reader.Tenants();
        foreach (var follower in _followers)
            follower.Start(tenants);
    }

    public void Appended(string tenant)
    {
        foreach (var follower in _followers)
            follower.Grown(tenant, now: true);
    }

    /// <summary>How far every sink has come; <see cref="long.MaxValue"/> without sinks.</summary>
    public static long Sent(ILedgerReader reader, IEnumerable<IAuditEventSink> sinks, string tenant) =>
        sinks.Select(sink => reader.Position(PositionOf(sink, tenant))).DefaultIfEmpty(long.MaxValue).Min();

    public async ValueTask DisposeAsync()
    {
        foreach (var follower in _followers)
            await follower.DisposeAsync().ConfigureAwait(false);
    }

    private static string PositionOf(IAuditEventSink sink, string tenant) => $"stream/{sink.Name}/{tenant}";

    private async Task<bool> SendAsync(IAuditEventSink sink, string tenant, CancellationToken cancellation)
    {
        var position = PositionOf(sink, tenant);
        var portion = await Task.Run(() => Read(tenant, position), cancellation).ConfigureAwait(false);
        if (portion.Count == 0)
            return false;
        await sink.SendAsync(portion, cancellation).ConfigureAwait(false);
        await _store.SavePositionAsync(position, portion[^1].Sequence).ConfigureAwait(false);
        return portion.Count == Portion;
    }

    private List<AuditEvent> Read(string tenant, string position)
    {
        using var reader = _store.OpenReader();
        var from = reader.Position(position) + 1;
        var events = new List<AuditEvent>();
        reader.Scan(tenant, from, from + Portion - 1, (place, canonical, hash) =>
        {
            events.Add(QueryRunner.Read(place, canonical, hash));
            return true;
        });
        return events;
    }
}
