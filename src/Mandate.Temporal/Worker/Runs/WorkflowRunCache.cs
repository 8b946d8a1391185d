namespace Mandate.Temporal.Worker.Runs;

/// <summary>Runs kept between their tasks, so that a task brings only new events. The one not used for longest goes first; one in use stays.</summary>
/// <param name="capacity">Most runs to keep; 0 keeps none.</param>
internal sealed class WorkflowRunCache(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<CachedRun>> _byRunId = [];
    private readonly LinkedList<CachedRun> _byUse = new();

    internal bool Enabled => capacity > 0;

    internal int Count
    {
        get
        {
            lock (_lock)
                return _byRunId.Count;
        }
    }

    /// <summary>The place of a run; has to be given back.</summary>
    internal CachedRun Rent(string runId)
    {
        if (!Enabled)
            return new CachedRun(runId);
        lock (_lock)
        {
            if (_byRunId.TryGetValue(runId, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddLast(node);
            }
            else
            {
                node = _byUse.AddLast(new CachedRun(runId));
                _byRunId.Add(runId, node);
            }

            node.Value.Users++;
            return node.Value;
        }
    }

    /// <summary>Gives a place back; one without a run is given up.</summary>
    internal void Return(CachedRun place)
    {
        if (!Enabled)
            return;
        lock (_lock)
        {
            place.Users--;
            if (place.Users == 0 && place.Run is null)
                Remove(place);
            for (var oldest = _byUse.First; _byRunId.Count > capacity && oldest is not null;)
            {
                var next = oldest.Next;
                if (oldest.Value.Users == 0)
                    Remove(oldest.Value);
                oldest = next;
            }
        }
    }

    /// <summary>Gives a place up while somebody holds it: the run gets a new one with its next task.</summary>
    internal void Forget(CachedRun place)
    {
        lock (_lock)
            Remove(place);
    }

    private void Remove(CachedRun place)
    {
        if (!_byRunId.TryGetValue(place.RunId, out var node) || !ReferenceEquals(node.Value, place))
            return;
        _byRunId.Remove(place.RunId);
        _byUse.Remove(node);
        if (place.Users == 0)
            place.Run?.Abandon();
    }
}
