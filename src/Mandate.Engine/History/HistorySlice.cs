using Google.Protobuf;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>A range of a run's events, in memory or to be read, that is told in pages.</summary>
internal sealed class HistorySlice
{
    private readonly long _runKey;
    private readonly string _runId;
    private readonly long _from;
    private readonly long _to;
    private readonly List<HistoryEvent>? _cached;
    private readonly IReadOnlyList<HistoryEvent> _suffix;

    private HistorySlice(long runKey, string runId, long from, long to, List<HistoryEvent>? cached, IReadOnlyList<HistoryEvent> suffix)
    {
        _runKey = runKey;
        _runId = runId;
        _from = from;
        _to = to;
        _cached = cached;
        _suffix = suffix;
    }

    /// <summary>Takes a range under the run's lock. <paramref name="suffix"/> are events that follow it and are not written yet.</summary>
    public static HistorySlice Take(Run run, long from, long to, IReadOnlyList<HistoryEvent>? suffix = null) =>
        new(run.Key, run.RunId, from, to, run.Log.TryRange(from, to), suffix ?? []);

    /// <summary>The whole range, which the caller has made small. Only once the events are durable.</summary>
    public IReadOnlyList<HistoryEvent> All(EngineCore core) => _cached ?? (_from > _to ? [] : core.Store.Read(r => r.Events(_runKey, _from, _to)));

    /// <summary>The first page; its token leads to the rest. Only once the events are durable.</summary>
    public HistoryPage FirstPage(EngineCore core, int maxEvents = int.MaxValue)
    {
        var maxBytes = core.Limits.MaxHistoryPageBytes;
        var events = _cached ?? (_from > _to ? [] : core.Store.Read(r => r.Events(_runKey, _from, _to, maxBytes)));
        var page = new HistoryPage { History = new() };
        var next = _from;
        var bytes = 0L;
        foreach (var item in events)
        {
            var size = item.CalculateSize();
            if (page.History.Events.Count > 0 && (bytes + size > maxBytes || page.History.Events.Count >= maxEvents))
                break;
            page.History.Events.Add(item);
            bytes += size;
            next++;
        }

        if (next <= _to)
        {
            page.NextPageToken = new PageToken
            {
                RunId = _runId,
                NextEventId = next,
                LastEventId = _to,
                Suffix = _suffix.Count == 0 ? ByteString.Empty : new HistoryMessage { Events = { _suffix } }.ToByteString(),
            }.ToByteString();
        }
        else
        {
            page.History.Events.AddRange(_suffix);
        }

        return page;
    }
}
