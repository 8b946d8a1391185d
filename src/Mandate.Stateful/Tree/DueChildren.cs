namespace Mandate.Stateful.Tree;

/// <summary>
/// Children that may be due, by policy, in the order in which they became so. Whether one is due is looked at when its turn comes: so news of one child costs nothing for the others, of which there may be a
/// hundred thousand. A new revision looks at all of them, once.
/// </summary>
internal sealed class DueChildren(ChildRegistry registry)
{
    private readonly Dictionary<ApiTokenPolicy, Queue<ChildEntry>> _queues = [];
    private long? _revision;

    /// <summary>Looks at all children, where that was not done since the revision changed.</summary>
    public void Refill(long revision)
    {
        if (_revision == revision)
            return;
        _revision = revision;
        foreach (var child in registry.Children)
            Add(child);
    }

    /// <summary>A child may have become due.</summary>
    public void Add(ChildEntry child)
    {
        if (child.IsQueued || !IsDue(child))
            return;
        child.IsQueued = true;
        if (!_queues.TryGetValue(child.Policy, out var queue))
            _queues[child.Policy] = queue = new();
        queue.Enqueue(child);
    }

    /// <summary>Whether <see cref="Take"/> might have something.</summary>
    public bool MayHave(ApiTokenPolicy policy) => _queues.TryGetValue(policy, out var queue) && queue.Count > 0;

    /// <summary>Takes out those whose turn it is, and who are due still.</summary>
    public List<ChildEntry> Take(ApiTokenPolicy policy, int most)
    {
        var taken = new List<ChildEntry>();
        while (taken.Count < most && _queues.TryGetValue(policy, out var queue) && queue.TryDequeue(out var child))
        {
            child.IsQueued = false;
            if (IsDue(child) && registry.Find(child.Id) == child)
                taken.Add(child);
        }

        return taken;
    }

    private bool IsDue(ChildEntry child) => !child.IsUnreached && _revision is { } revision && child.IsDue(revision);
}
