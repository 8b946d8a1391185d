namespace Mandate.Stateful.Tree;

/// <summary>A workflow's children that have not ended, in the order they were started. There is no limit to their number.</summary>
internal sealed class ChildRegistry
{
    /// <summary>How long a child that was not found may take to say that it goes on in another run.</summary>
    private static readonly TimeSpan LostFor = TimeSpan.FromHours(24);

    private readonly Dictionary<string, LinkedListNode<ChildEntry>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<ChildEntry> _inOrder = new();
    private readonly Dictionary<string, ChildEntry> _lost = new(StringComparer.Ordinal);
    private readonly HashSet<ChildEntry> _starting = [];
    private readonly Dictionary<string, List<ChildEntry>> _startingById = new(StringComparer.Ordinal);

    public ChildRegistry(IEnumerable<ChildSnapshot> snapshot)
    {
        foreach (var child in snapshot.Select(ChildEntry.Of))
        {
            if (child.LostAt is null)
                Add(child);
            else
                _lost[child.Id] = child;
        }
    }

    public IReadOnlyCollection<ChildEntry> Children => _inOrder;

    /// <summary>Those whose start was asked for and is not confirmed. Another child of the same id may run until the server has decided which of them it is.</summary>
    public IReadOnlyCollection<ChildEntry> Starting => _starting;

    /// <summary>Those that were not found, and have not said yet that they go on.</summary>
    public IReadOnlyCollection<ChildEntry> Lost => _lost.Values;

    public ChildEntry? Find(string id) => _byId.GetValueOrDefault(id)?.Value;

    /// <summary>The child of this id and first run, also when it was not found lately.</summary>
    public ChildEntry? Find(string id, string firstRunId) =>
        (Find(id) ?? _lost.GetValueOrDefault(id)) is { } child && child.FirstRunId == firstRunId ? child : null;

    public ChildEntry? FindStarting(string id) => _startingById.GetValueOrDefault(id)?[0];

    /// <summary>Whether it was not found, and has said nothing since.</summary>
    public bool IsLost(ChildEntry child) => _lost.GetValueOrDefault(child.Id) == child;

    public void BeginStart(ChildEntry child)
    {
        _starting.Add(child);
        if (!_startingById.TryGetValue(child.Id, out var ofThatId))
            _startingById[child.Id] = ofThatId = [];
        ofThatId.Add(child);
    }

    public void EndStart(ChildEntry child)
    {
        _starting.Remove(child);
        if (_startingById.TryGetValue(child.Id, out var ofThatId) && ofThatId.Remove(child) && ofThatId.Count == 0)
            _startingById.Remove(child.Id);
    }

    /// <summary>Adds a child, in place of an ended one of the same id.</summary>
    public void Add(ChildEntry child)
    {
        Remove(child.Id);
        _lost.Remove(child.Id);
        _byId[child.Id] = _inOrder.AddLast(child);
    }

    /// <summary>Forgets a child, unless another has taken its id meanwhile.</summary>
    public bool Remove(ChildEntry child) => (_lost.GetValueOrDefault(child.Id) == child && _lost.Remove(child.Id)) | (Find(child.Id) == child && Remove(child.Id));

    /// <summary>Takes a child out that has ended, or goes on in a run that is not known yet: then it says so, and is a child again.</summary>
    public bool Lose(ChildEntry child, DateTimeOffset now)
    {
        if (!Remove(child))
            return false;
        child.LostAt = now;
        _lost[child.Id] = child;
        return true;
    }

    /// <summary>What goes to the next run.</summary>
    /// <param name="now">The time.</param>
    /// <param name="revision">The parent's revision.</param>
    public IReadOnlyList<ChildSnapshot> ToSnapshot(DateTimeOffset now, long revision) =>
        [.. _inOrder.Where(c => !c.EndsWithRun).Concat(_lost.Values.Where(c => now - c.LostAt < LostFor)).Select(c => c.ToSnapshot(revision))];

    private bool Remove(string id)
    {
        if (!_byId.Remove(id, out var node))
            return false;
        _inOrder.Remove(node);
        return true;
    }
}
