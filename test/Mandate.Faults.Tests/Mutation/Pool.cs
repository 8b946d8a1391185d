namespace Mandate.Faults.Tests.Mutation;

/// <summary>The most recent values of one kind that an engine gave out, for requests that are to reach what exists.</summary>
internal sealed class Pool<T>(int capacity)
{
    private readonly List<T> _values = [];
    private readonly Lock _gate = new();

    public void Add(T value, Random random)
    {
        lock (_gate)
        {
            if (_values.Count < capacity)
                _values.Add(value);
            else
                _values[random.Next(capacity)] = value;
        }
    }

    public bool TryPick(Random random, out T value)
    {
        lock (_gate)
        {
            value = _values.Count == 0 ? default! : _values[random.Next(_values.Count)];
            return _values.Count > 0;
        }
    }
}
