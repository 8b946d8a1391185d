namespace Mandate.Engine.Storage;

/// <summary>Changes that become durable together or not at all.</summary>
internal sealed class StoreUnit(CommitLine line)
{
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CommitLine Line { get; } = line;

    public List<StoreChange> Changes { get; } = [];

    /// <summary>Ends when the unit is durable; fails with an <see cref="EngineStoreException"/> when it is not.</summary>
    public Task Committed => _committed.Task;

    public long Weight
    {
        get
        {
            var weight = 256L;
            foreach (var change in Changes)
                weight += change.Weight;
            return weight;
        }
    }

    public void Complete() => _committed.TrySetResult();

    public void Fail(Exception cause)
    {
        Line.Lose(cause);
        _committed.TrySetException(cause);
        // A unit nobody waits for (a timer's, say) must not be reported as an unobserved exception: its line carries the news.
        _ = _committed.Task.Exception;
    }
}
