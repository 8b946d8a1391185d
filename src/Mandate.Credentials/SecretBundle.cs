using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Mandate.Credentials.Json;

namespace Mandate.Credentials;

/// <summary>What a store keeps under one name: one value or several with keys of their own. Shows keys, never values.</summary>
public sealed class SecretBundle
{
    private readonly Dictionary<string, Secret> _values;

    /// <summary>Creates a bundle. Keys are looked up as written first, then in any case.</summary>
    public SecretBundle(IEnumerable<KeyValuePair<string, Secret>> values) => _values = new(values, StringComparer.Ordinal);

    /// <summary>All of them, by key as written.</summary>
    public IReadOnlyDictionary<string, Secret> Values => _values;

    /// <summary>The members of a JSON object; null when the text is none. Texts are taken as they are, everything else as JSON; null and empty texts are left out.</summary>
    public static SecretBundle? FromJson(ReadOnlyMemory<byte> json)
    {
        using var document = JsonBody.Parse(json);
        return document is null ? null : FromJson(document.RootElement);
    }

    /// <summary>The value of a key.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out Secret? value)
    {
        if (!_values.TryGetValue(key, out value))
            value = _values.FirstOrDefault(v => v.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;
        return value is not null;
    }

    /// <summary>The keys.</summary>
    public override string ToString() => string.Join(", ", _values.Keys.Order(StringComparer.Ordinal));

    internal static SecretBundle FromJson(JsonElement members) => new(
        from member in members.EnumerateObject()
        let text = TextOf(member.Value)
        where !string.IsNullOrEmpty(text)
        group text by member.Name into same
        select KeyValuePair.Create(same.Key, new Secret(same.Last())));

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => JsonBody.Text(value),
        _ => value.GetRawText(),
    };
}
