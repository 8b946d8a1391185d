using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Visibility.Attributes;

/// <summary>What can be asked of runs: a column of their rows, or an attribute in the index.</summary>
internal sealed record SearchAttribute
{
    /// <summary>The name as it was registered.</summary>
    public required string Name { get; init; }

    public required IndexedValueType Type { get; init; }

    /// <summary>The column of a system attribute; null for one that callers set.</summary>
    public AttributeColumn? Column { get; init; }

    /// <summary>Number of the attribute in the index, unique in its namespace; 0 for columns. A storage format.</summary>
    public int Key { get; init; }

    /// <summary>False for attributes that the engine alone sets.</summary>
    public bool CanBeSet { get; init; } = true;

    /// <summary>How values of the attribute are written and meant.</summary>
    public ValueMeaning Meaning { get; init; }

    /// <summary>True when a run may have several values: a list's items or a text's words.</summary>
    public bool IsMultiple => Type is IndexedValueType.KeywordList or IndexedValueType.Text;
}
