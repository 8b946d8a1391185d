using Mandate.Temporal.Common;

namespace Mandate.Temporal.Workflows;

/// <summary>Sets or removes one search attribute of a running workflow; made by <see cref="SearchAttributeKey{T}.ValueSet"/> and <see cref="SearchAttributeKey{T}.ValueUnset"/>.</summary>
public sealed class SearchAttributeUpdate
{
    internal SearchAttributeUpdate(SearchAttributeKey key, object? value)
    {
        Key = key;
        Value = value;
    }

    /// <summary>The attribute.</summary>
    public SearchAttributeKey Key { get; }

    /// <summary>The new value, null to remove the attribute.</summary>
    public object? Value { get; }
}
