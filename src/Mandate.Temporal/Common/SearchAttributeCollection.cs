using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Temporal.Common;

/// <summary>Search attributes with their values. Immutable; built by <see cref="Builder"/>.</summary>
public sealed class SearchAttributeCollection : IReadOnlyCollection<SearchAttributeKey>
{
    private readonly Dictionary<SearchAttributeKey, object> _values;

    private SearchAttributeCollection(Dictionary<SearchAttributeKey, object> values) => _values = values;

    /// <summary>No attributes.</summary>
    public static SearchAttributeCollection Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <summary>Values by key.</summary>
    public IReadOnlyDictionary<SearchAttributeKey, object> UntypedValues => _values;

    /// <summary>Reads attributes; those of unknown type are left out.</summary>
    public static SearchAttributeCollection FromProto(SearchAttributes? attributes)
    {
        if (attributes is null || attributes.IndexedFields.Count == 0)
            return Empty;
        var values = new Dictionary<SearchAttributeKey, object>(attributes.IndexedFields.Count);
        foreach (var (name, payload) in attributes.IndexedFields)
        {
            if (SearchAttributePayloads.TryRead(name, payload, out var key, out var value))
                values[key] = value;
        }

        return new(values);
    }

    /// <summary>The value of <paramref name="key"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public T Get<T>(SearchAttributeKey<T> key)
        where T : notnull => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no search attribute '{key.Name}' of type {key.ValueType}.");

    /// <summary>The value of <paramref name="key"/>, if there is one.</summary>
    public bool TryGetValue<T>(SearchAttributeKey<T> key, [MaybeNullWhen(false)] out T value)
        where T : notnull
    {
        if (_values.TryGetValue(key, out var found))
        {
            value = (T)found;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Whether <paramref name="key"/> has a value.</summary>
    public bool ContainsKey(SearchAttributeKey key) => _values.ContainsKey(key);

    /// <summary>Whether an attribute of that name has a value.</summary>
    public bool ContainsKey(string name) => _values.Keys.Any(k => k.Name == name);

    /// <inheritdoc/>
    public IEnumerator<SearchAttributeKey> GetEnumerator() => _values.Keys.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The protocol's form.</summary>
    public SearchAttributes ToProto()
    {
        var proto = new SearchAttributes();
        foreach (var (key, value) in _values)
            proto.IndexedFields[key.Name] = SearchAttributePayloads.Write(key, value);
        return proto;
    }

    /// <summary>A copy with updates applied.</summary>
    internal SearchAttributeCollection With(IEnumerable<Workflows.SearchAttributeUpdate> updates)
    {
        var values = new Dictionary<SearchAttributeKey, object>(_values);
        foreach (var update in updates)
        {
            foreach (var known in values.Keys.Where(k => k.Name == update.Key.Name).ToList())
                values.Remove(known);
            if (update.Value is not null)
                values[update.Key] = update.Value;
        }

        return new(values);
    }

    /// <summary>Builds a collection.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<SearchAttributeKey, object> _values = [];

        /// <summary>Sets a value.</summary>
        public Builder Set<T>(SearchAttributeKey<T> key, T value)
            where T : notnull
        {
            _values[key] = value;
            return this;
        }

        /// <summary>Sets every value of another collection.</summary>
        public Builder Set(SearchAttributeCollection attributes)
        {
            foreach (var (key, value) in attributes._values)
                _values[key] = value;
            return this;
        }

        /// <summary>Takes a value out.</summary>
        public Builder Unset(SearchAttributeKey key)
        {
            _values.Remove(key);
            return this;
        }

        /// <summary>The collection as built so far.</summary>
        public SearchAttributeCollection ToSearchAttributeCollection() => _values.Count == 0 ? Empty : new(new(_values));
    }
}
