using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunState
{
    private long _nextBufferPlace = 1;

    /// <summary>Events that happened while a workflow task was started, in order, with their place in the store; they have no event id yet.</summary>
    public List<(long Place, HistoryEvent Event)> Buffered { get; } = [];

    /// <summary>Bytes of those events.</summary>
    public long BufferedBytes { get; private set; }

    /// <summary>Applies the effect of an event that gets its id when the started workflow task ends.</summary>
    public long Buffer(HistoryEvent item)
    {
        var place = _nextBufferPlace++;
        RestoreBuffered(place, item);
        return place;
    }

    public void RestoreBuffered(long place, HistoryEvent item)
    {
        ApplyEffect(item);
        Buffered.Add((place, item));
        BufferedBytes += item.CalculateSize();
        _nextBufferPlace = Math.Max(_nextBufferPlace, place + 1);
    }

    /// <summary>Takes back the firing of a timer the workflow cancels in the same breath; null when it has not fired.</summary>
    public long? TakeBufferedTimerFired(string timerId)
    {
        for (var i = 0; i < Buffered.Count; i++)
        {
            var (place, item) = Buffered[i];
            if (item.EventType == EventType.TimerFired && item.TimerFiredEventAttributes.TimerId == timerId)
            {
                Buffered.RemoveAt(i);
                BufferedBytes -= item.CalculateSize();
                return place;
            }
        }

        return null;
    }

    /// <summary>Takes the whole buffer in the order in which it is written: ends of activities and children last.</summary>
    public List<(long Place, HistoryEvent Event)> TakeBuffered()
    {
        var ordered = new List<(long, HistoryEvent)>(Buffered.Count);
        ordered.AddRange(Buffered.Where(b => !EventKinds.EndsActivityOrChild(b.Event.EventType)));
        ordered.AddRange(Buffered.Where(b => EventKinds.EndsActivityOrChild(b.Event.EventType)));
        Buffered.Clear();
        BufferedBytes = 0;
        return ordered;
    }
}
