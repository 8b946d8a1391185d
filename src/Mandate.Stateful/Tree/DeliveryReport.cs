namespace Mandate.Stateful.Tree;

/// <summary>Counts what became of one revision, until every child that follows has answered or its time is up.</summary>
internal sealed class DeliveryReport(long revision, IEnumerable<ChildEntry> awaited, int excluded, int gone)
{
    private readonly HashSet<ChildEntry> _awaited = [.. awaited];
    private readonly List<LevelCounts> _levels = [new LevelCounts(0, excluded, gone, 0)];

    public long Revision { get; } = revision;

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

    public void Gone(ChildEntry child)
    {
        if (_awaited.Remove(child))
            Count(0, new(0, 0, 1, 0));
    }

    public void Failed(ChildEntry child)
    {
        if (_awaited.Remove(child))
            Count(0, new(0, 0, 0, 1));
    }

    /// <summary>The counts; who has not answered by now has failed to.</summary>
    public IReadOnlyList<LevelCounts> Close()
    {
        Count(0, new(0, 0, 0, _awaited.Count));
        _awaited.Clear();
        while (_levels is [.., var last] && last == LevelCounts.Zero)
            _levels.RemoveAt(_levels.Count - 1);
        return _levels;
    }

    private void Count(int level, LevelCounts counts)
    {
        while (_levels.Count <= level)
            _levels.Add(LevelCounts.Zero);
        _levels[level] = _levels[level].Plus(counts);
    }
}
