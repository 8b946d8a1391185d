namespace Mandate.Stateful.Tree;

/// <summary>Counts what became of one revision, until every child that follows has answered or its time is up. Of the others those are waited for of whom it has to show whether they still run.</summary>
internal sealed class DeliveryReport
{
    private readonly HashSet<ChildEntry> _awaited;
    private readonly List<LevelCounts> _levels;

    public DeliveryReport(long revision, IEnumerable<ChildEntry> children, int gone)
    {
        Revision = revision;
        var all = children.ToList();
        _awaited = [.. all.Where(c => c.Follows || c.IsDue(revision))];
        _levels = [new LevelCounts(0, all.Count - _awaited.Count, gone, 0)];
    }

    public long Revision { get; }

    public bool IsComplete => _awaited.Count == 0;

    public void Acknowledged(ChildEntry child, Acknowledgement answer)
    {
        if (answer.Revision < Revision || !_awaited.Remove(child))
            return;
        Count(0, answer.KeepsOwn ? new(0, 1, 0, 0) : new(1, 0, 0, 0));
        for (var i = 0; i < answer.Levels.Count; i++)
            Count(i + 1, answer.Levels[i]);
    }

    /// <summary>A child has begun with this revision, or one that came later.</summary>
    public void Started(ChildEntry child)
    {
        if (child.SentRevision >= Revision && _awaited.Remove(child))
            Count(0, new(1, 0, 0, 0));
    }

    /// <summary>A child was not started after all.</summary>
    public void NotStarted(ChildEntry child) => _awaited.Remove(child);

    /// <summary>A child that does not follow still runs.</summary>
    public void Passed(ChildEntry child)
    {
        if (_awaited.Remove(child))
            Count(0, new(0, 1, 0, 0));
    }

    public void Gone(ChildEntry child)
    {
        if (_awaited.Remove(child))
            Count(0, new(0, 0, 1, 0));
    }

    public void Failed(ChildEntry child)
    {
        if (_awaited.Remove(child))
            Count(0, Missed(child));
    }

    /// <summary>The counts; who has not answered by now has failed to.</summary>
    public IReadOnlyList<LevelCounts> Close()
    {
        foreach (var child in _awaited)
            Count(0, Missed(child));
        _awaited.Clear();
        while (_levels is [.., var last] && last == LevelCounts.Zero)
            _levels.RemoveAt(_levels.Count - 1);
        return _levels;
    }

    /// <summary>What a child counts as that was not reached: one that was to get nothing has missed nothing.</summary>
    private static LevelCounts Missed(ChildEntry child) => child.Follows ? new(0, 0, 0, 1) : new(0, 1, 0, 0);

    private void Count(int level, LevelCounts counts)
    {
        while (_levels.Count <= level)
            _levels.Add(LevelCounts.Zero);
        _levels[level] = _levels[level].Plus(counts);
    }
}
