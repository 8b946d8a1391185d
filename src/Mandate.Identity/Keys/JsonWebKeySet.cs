using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Mandate.Identity.Keys;

/// <summary>Writes and reads JSON Web Key Sets (RFC 7517) of keys for ES256.</summary>
internal static class JsonWebKeySet
{
    public static string Write(IEnumerable<EcKey> keys)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in keys)
            {
                writer.WriteStartObject();
                writer.WriteString("kty", "EC");
                writer.WriteString("crv", "P-256");
                writer.WriteString("x", key.X);
                writer.WriteString("y", key.Y);
                writer.WriteString("kid", key.Id);
                writer.WriteString("use", "sig");
                writer.WriteString("alg", EcKey.Algorithm);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>
    /// The usable keys of a set, by id; null when it is no set. Keys of other kinds or for other purposes are passed over, as RFC 7517 section 5 asks. A key's id must be its
    /// thumbprint: otherwise a set could give one id to two keys.
    /// </summary>
    public static FrozenDictionary<string, EcKey>? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var keys = new Dictionary<string, EcKey>(StringComparer.Ordinal);
            foreach (var item in document.RootElement.GetProperty("keys").EnumerateArray())
            {
                if (Text(item, "kty") is "EC" && Text(item, "crv") is "P-256" && Text(item, "use") is null or "sig" && Text(item, "alg") is null or EcKey.Algorithm
                    && Text(item, "x") is { } x && Text(item, "y") is { } y
                    && EcKey.FromPoint(x, y) is { } key && key.Id == Text(item, "kid"))
                {
                    keys[key.Id] = key;
                }
            }

            return keys.ToFrozenDictionary(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement item, string property) =>
        item.TryGetProperty(property, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
