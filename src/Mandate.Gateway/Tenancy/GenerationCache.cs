using System.Collections.Concurrent;

namespace Mandate.Gateway.Tenancy;

/// <summary>Keeps what was used lately: two generations, of which the old one is forgotten when the young one is full.</summary>
internal sealed class GenerationCache<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _gate = new();
    private ConcurrentDictionary<TKey, TValue> _young = new();
    private ConcurrentDictionary<TKey, TValue> _old = new();
    private int _count;

    public TValue? Find(TKey key)
    {
        if (Volatile.Read(ref _young).TryGetValue(key, out var value))
            return value;
        if (!Volatile.Read(ref _old).TryGetValue(key, out value))
            return null;
        Add(key, value);
        return value;
    }

    public void Add(TKey key, TValue value)
    {
        lock (_gate)
        {
            if (_count >= capacity / 2)
            {
                _old = _young;
                _young = new();
                _count = 0;
            }

            if (_young.TryAdd(key, value))
                _count++;
            else
                _young[key] = value;
        }
    }
}
