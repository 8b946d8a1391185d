using System.Buffers.Text;
using System.Text.Json;
using Mandate.Credentials.Json;

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
            return JsonBody.Parse(Base64Url.DecodeFromChars(parts[1]));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
