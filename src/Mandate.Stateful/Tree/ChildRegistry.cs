namespace Mandate.Stateful.Tree;

/// <summary>A workflow's children that have not ended, in the order they were started. There is no limit to their number.</summary>
internal sealed class ChildRegistry
{
    private readonly Dictionary<string, LinkedListNode<ChildEntry>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<ChildEntry> _inOrder = new();

    public ChildRegistry(IEnumerable<ChildSnapshot> snapshot)
    {
        foreach (var child in snapshot)
            Add(ChildEntry.Of(child));
    }

    public IReadOnlyCollection<ChildEntry> Children => _inOrder;

    /// <summary>How many are being started.</summary>
    public int Starting { get; private set; }

    public ChildEntry? Find(string id) => _byId.GetValueOrDefault(id)?.Value;

    /// <summary>Notes that a start is asked for. Another child of that id stays until the server has decided which of them it is.</summary>
    public void BeginStart() => Starting++;

    public void EndStart() => Starting--;

    /// <summary>Adds a child, in place of an ended one of the same id.</summary>
    public void Add(ChildEntry child)
    {
        Remove(child.Id);
        _byId[child.Id] = _inOrder.AddLast(child);
    }

    /// <summary>Forgets a child, unless another has taken its id meanwhile.</summary>
    public bool Remove(ChildEntry child) => Find(child.Id) == child && Remove(child.Id);

    private bool Remove(string id)
    {
        if (!_byId.Remove(id, out var node))
            return false;
        _inOrder.Remove(node);
        return true;
    }
}
