using System.Text.Json;
using Mandate.Rest.Problems;

namespace Mandate.Rest.Input;

/// <summary>A JSON object a caller sent, read property by property with errors written for the caller.</summary>
internal sealed class RequestObject(JsonElement root)
{
    /// <summary>Refuses properties other than these, so that a misspelt one is not silently dropped.</summary>
    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (var property in root.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                throw Invalid($"The body has a property that is not known here. Known are: {string.Join(", ", names.ToArray())}.", "property-unknown");
        }
    }

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string name) =>
        OptionalText(name) ?? throw Invalid($"The property `{name}` is required.", "property-missing");

    /// <summary>A text of 1 to <see cref="InputText.MaximumLength"/> characters; null when left out or null.</summary>
    public string? OptionalText(string name) => OptionalText(name, InputText.MaximumLength);

    /// <summary>A text of 1 to so many characters; null when left out or null.</summary>
    public string? OptionalText(string name, int maximumLength)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw Invalid($"The property `{name}` must be a string.", "property-type");
        try
        {
            return InputText.Check($"The property `{name}`", value.GetString()!, maximumLength);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair: legal JSON, but not a text.
            throw Invalid($"The property `{name}` is not a text: it holds half of a surrogate pair.", "property-text");
        }
    }

    /// <summary>Whether the property is there and not null.</summary>
    public bool Has(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>True or false; false when left out or null.</summary>
    public bool OptionalFlag(string name) => Has(name) && (root.GetProperty(name).ValueKind is JsonValueKind.True or JsonValueKind.False
        ? root.GetProperty(name).GetBoolean()
        : throw Invalid($"The property `{name}` must be true or false.", "property-type"));

    /// <summary>An array of texts; null when left out or null.</summary>
    public IReadOnlyList<string>? OptionalTexts(string name)
    {
        if (!Has(name))
            return null;
        var value = root.GetProperty(name);
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(v => v.GetString()!)]
            : throw Invalid($"The property `{name}` must be an array of strings.", "property-type");
    }

    /// <summary>Arguments: the value of <c>input</c>, or the items of <c>arguments</c>, or none.</summary>
    public IReadOnlyList<JsonElement> Arguments()
    {
        var hasInput = root.TryGetProperty("input", out var input);
        if (!root.TryGetProperty("arguments", out var arguments) || arguments.ValueKind == JsonValueKind.Null)
            return hasInput ? [input] : [];
        if (hasInput)
            throw Invalid("Use either `input` for one argument or `arguments` for several, not both.", "arguments-twice");
        if (arguments.ValueKind != JsonValueKind.Array)
            throw Invalid("The property `arguments` must be an array.", "property-type");
        return [.. arguments.EnumerateArray()];
    }

    /// <summary>The whole object as JSON, for those that parse it by other rules.</summary>
    public string ToJson() => root.GetRawText();

    private static ProblemException Invalid(string detail, string reason) => new(ProblemKind.InvalidRequest, detail, reason);
}
