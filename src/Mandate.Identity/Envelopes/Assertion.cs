using System.Globalization;
using System.Text.Json;

namespace Mandate.Identity.Envelopes;

/// <summary>The claims of a subject token for an identity provider. It has an audience and an end, which a run's principal has not, so neither can stand in for the other.</summary>
internal static class Assertion
{
    public static byte[] Write(Principal principal, string issuer, string audience, DateTimeOffset issued, TimeSpan lifetime)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("iss", issuer);
            writer.WriteString("sub", principal.UserId);
            writer.WriteString("tenant_id", principal.TenantId);
            writer.WriteString("aud", audience);
            writer.WriteNumber("iat", issued.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (issued + lifetime).ToUnixTimeSeconds());
            writer.WriteString("jti", Guid.CreateVersion7(issued).ToString("N", CultureInfo.InvariantCulture));
            if (principal.Scopes.Count > 0)
                writer.WriteString("scope", string.Join(' ', principal.Scopes));
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
