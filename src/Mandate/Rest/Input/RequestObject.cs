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
    public string? OptionalText(string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw Invalid($"The property `{name}` must be a string.", "property-type");
        try
        {
            return InputText.Check($"The property `{name}`", value.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair: legal JSON, but not a text.
            throw Invalid($"The property `{name}` is not a text: it holds half of a surrogate pair.", "property-text");
        }
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
