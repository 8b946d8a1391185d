using System.Buffers.Text;
using System.Text.Json;

namespace Mandate.Credentials.OAuth2;

/// <summary>The claims of a token that happens to be a JWT, unverified: only to learn how long our own token lives.</summary>
internal static class JwtClaims
{
    /// <summary>Null when it is not a JWT.</summary>
    public static JsonDocument? Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
            return null;
        try
        {
            var document = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}
