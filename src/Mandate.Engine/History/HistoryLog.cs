using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>The latest events of a run in memory, so that most answers need no read. Owned by the run's lock.</summary>
internal sealed class HistoryLog
{
    private const int KeptEvents = 1_024;
    private const long KeptBytes = 1024 * 1024;

    private readonly List<HistoryEvent> _events = [];
    private long _bytes;

    /// <summary>Id of the oldest event kept.</summary>
    public long First => _events.Count == 0 ? long.MaxValue : _events[0].EventId;

    /// <summary>Bytes of the events kept.</summary>
    public long Bytes => _bytes;

    /// <summary>Events kept.</summary>
    public int Count => _events.Count;

    public void Append(HistoryEvent item)
    {
        _events.Add(item);
        _bytes += item.CalculateSize();
        if (_events.Count < 2 * KeptEvents && _bytes < 2 * KeptBytes)
            return;
        // Half goes at a time, so that the cost of moving the rest is spread over many events.
        var drop = 0;
        while (_events.Count - drop > KeptEvents || (_bytes > KeptBytes && _events.Count - drop > 1))
            _bytes -= _events[drop++].CalculateSize();
        _events.RemoveRange(0, drop);
    }

    /// <summary>Keeps little of a run that has ended.</summary>
    public void Shrink()
    {
        const int few = 64;
        if (_events.Count <= few || _bytes <= 64 * 1024)
            return;
        _events.RemoveRange(0, _events.Count - few);
        _bytes = _events.Sum(e => (long)e.CalculateSize());
    }

    public void Load(List<HistoryEvent> events)
    {
        Clear();
        foreach (var item in events)
            Append(item);
    }

    public void Clear()
    {
        _events.Clear();
        _bytes = 0;
    }

    /// <summary>Copies a range when all of it is here; null otherwise.</summary>
    public List<HistoryEvent>? TryRange(long from, long to)
    {
        if (from > to)
            return [];
        if (_events.Count == 0 || from < First || to > _events[^1].EventId)
            return null;
        return _events.GetRange((int)(from - First), (int)(to - from + 1));
    }
}
