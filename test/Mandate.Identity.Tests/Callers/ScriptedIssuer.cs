using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Mandate.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Identity.Tests.Callers;

/// <summary>An identity provider in memory whose keys are the test's.</summary>
internal sealed class ScriptedIssuer
{
    private readonly ManualTimeProvider _clock;
    private readonly List<ECDsaSecurityKey> _published = [];

    public ScriptedIssuer(string authority, ManualTimeProvider clock)
    {
        Authority = authority;
        _clock = clock;
        Key = NewKey();
        _published.Add(Key);
    }

    public string Authority { get; }

    /// <summary>What its document names; its authority unless set.</summary>
    public string? DocumentIssuer { get; set; }

    public ECDsaSecurityKey Key { get; private set; }

    public bool IsDown { get; set; }

    /// <summary>How often its keys were read.</summary>
    public int Reads { get; private set; }

    public void Rotate(bool forgetOld = false)
    {
        Key = NewKey();
        if (forgetOld)
            _published.Clear();
        _published.Add(Key);
    }

    public HttpResponseMessage? Answer(Uri address)
    {
        if (!address.AbsoluteUri.StartsWith(Authority, StringComparison.Ordinal))
            return null;
        if (IsDown)
            return new(HttpStatusCode.BadGateway);
        if (address.AbsolutePath.EndsWith("/.well-known/openid-configuration", StringComparison.Ordinal))
            return ScriptedHttpHandler.Json(JsonSerializer.Serialize(new { issuer = DocumentIssuer ?? Authority, jwks_uri = Authority + "/keys" }));
        Reads++;
        return ScriptedHttpHandler.Json(JsonSerializer.Serialize(new { keys = _published.Select(PublicPart) }));
    }

    /// <summary>A token such as an honest provider issues.</summary>
    public string Token(string user, string? tenant, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Authority,
            Audience = "mandate",
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = user, ["jti"] = "j-1" },
            SigningCredentials = new(Key, SecurityAlgorithms.EcdsaSha256),
        };
        if (tenant is not null)
            descriptor.Claims["tenant_id"] = tenant;
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public static ECDsaSecurityKey NewKey() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.NewGuid().ToString("N") };

    private static Dictionary<string, string> PublicPart(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["use"] = "sig", ["kid"] = key.KeyId, ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) };
    }
}
