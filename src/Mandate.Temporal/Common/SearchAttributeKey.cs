using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Temporal.Common;

/// <summary>Name and type of a search attribute. Keys are equal when both are.</summary>
public abstract record SearchAttributeKey
{
    private protected SearchAttributeKey(string name, IndexedValueType valueType)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        ValueType = valueType;
    }

    /// <summary>Name of the attribute.</summary>
    public string Name { get; }

    /// <summary>How the attribute is indexed.</summary>
    public IndexedValueType ValueType { get; }

    /// <summary>A key for full text.</summary>
    public static SearchAttributeKey<string> CreateText(string name) => new(name, IndexedValueType.Text);

    /// <summary>A key for one exact word.</summary>
    public static SearchAttributeKey<string> CreateKeyword(string name) => new(name, IndexedValueType.Keyword);

    /// <summary>A key for a whole number.</summary>
    public static SearchAttributeKey<long> CreateLong(string name) => new(name, IndexedValueType.Int);

    /// <summary>A key for a floating point number.</summary>
    public static SearchAttributeKey<double> CreateDouble(string name) => new(name, IndexedValueType.Double);

    /// <summary>A key for yes or no.</summary>
    public static SearchAttributeKey<bool> CreateBool(string name) => new(name, IndexedValueType.Bool);

    /// <summary>A key for a moment.</summary>
    public static SearchAttributeKey<DateTimeOffset> CreateDateTimeOffset(string name) => new(name, IndexedValueType.Datetime);

    /// <summary>A key for several exact words.</summary>
    public static SearchAttributeKey<IReadOnlyCollection<string>> CreateKeywordList(string name) => new(name, IndexedValueType.KeywordList);
}
