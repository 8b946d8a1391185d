using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Configuration;

/// <summary>One item of <see cref="EngineSettings.SearchAttributes"/>: a name and its type. The name stands in the value, because names of settings do not keep their case.</summary>
/// <param name="Name">Name of the attribute.</param>
/// <param name="Type">How its values are compared.</param>
internal sealed record SearchAttributeSetting(string Name, IndexedValueType Type)
{
    /// <summary>Reads <c>name=type</c>.</summary>
    /// <param name="text">The setting.</param>
    /// <param name="problem">What is wrong with it, where the answer is null.</param>
    public static SearchAttributeSetting? Parse(string text, out string problem)
    {
        problem = "";
        if (text.Split('=') is [var name, var type] && Enum.TryParse<IndexedValueType>(type, ignoreCase: true, out var parsed) && IsNamed(type, parsed))
            return new(name, parsed);
        problem = $"'{text}' does not read name=type, such as City=Keyword. Types are Text, Keyword, Int, Double, Bool, Datetime and KeywordList.";
        return null;
    }

    /// <summary>Numbers are not accepted for types, nor is the type that says nothing.</summary>
    private static bool IsNamed(string text, IndexedValueType type) => type != IndexedValueType.Unspecified && string.Equals(text, type.ToString(), StringComparison.OrdinalIgnoreCase);
}
