using Mandate.Protocol.Api.Enums.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Common;

/// <summary>Key of a search attribute whose values are <typeparamref name="T"/>.</summary>
public sealed record SearchAttributeKey<T> : SearchAttributeKey
    where T : notnull
{
    internal SearchAttributeKey(string name, IndexedValueType valueType)
        : base(name, valueType)
    {
    }

    /// <summary>An update that sets the attribute.</summary>
    public SearchAttributeUpdate ValueSet(T value) => new(this, value);

    /// <summary>An update that removes the attribute.</summary>
    public SearchAttributeUpdate ValueUnset() => new(this, value: null);
}
