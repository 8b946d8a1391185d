namespace Mandate.Engine.History;

/// <summary>
/// Queries a run has not answered. Each is in one of three places: waiting for a workflow task, travelling with the started one, or on its way as a task of its own.
/// Guarded by the chain's lock; kept over a reload, since their callers still wait.
/// </summary>
internal sealed class QueryRegistry
{
    private readonly Dictionary<string, PendingQuery> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PendingQuery> _attached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PendingQuery> _direct = new(StringComparer.Ordinal);

    public bool IsEmpty => _waiting.Count == 0 && _attached.Count == 0 && _direct.Count == 0;

    public bool HasWaiting => _waiting.Count > 0;

    public int Count => _waiting.Count + _attached.Count + _direct.Count;

    /// <summary>Waits for the next workflow task.</summary>
    public void Wait(PendingQuery query) => _waiting[query.Id] = query;

    /// <summary>Travels as a task of its own.</summary>
    public void SendDirectly(PendingQuery query) => _direct[query.Id] = query;

    public PendingQuery? FindDirect(string id) => _direct.GetValueOrDefault(id);

    /// <summary>The started workflow task takes what waits, and what an earlier task took without answering.</summary>
    public IReadOnlyCollection<PendingQuery> Attach()
    {
        foreach (var (id, query) in _waiting)
            _attached[id] = query;
        _waiting.Clear();
        return _attached.Values;
    }

    /// <summary>Takes the queries a finished workflow task answered; those it left wait again.</summary>
    public void Detach()
    {
        foreach (var (id, query) in _attached)
            _waiting[id] = query;
        _attached.Clear();
    }

    /// <summary>Takes everything that waits for a workflow task, because none will come.</summary>
    public IReadOnlyList<PendingQuery> TakeWaiting()
    {
        PendingQuery[] queries = [.. _waiting.Values];
        _waiting.Clear();
        return queries;
    }

    /// <summary>Removes a query that was answered or whose caller has left.</summary>
    public PendingQuery? Remove(string id) =>
        _waiting.Remove(id, out var query) || _attached.Remove(id, out query) || _direct.Remove(id, out query) ? query : null;
}
