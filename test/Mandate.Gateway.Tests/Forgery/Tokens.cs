using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mandate.Identity.Callers;

namespace Mandate.Gateway.Tests.Forgery;

/// <summary>An identity provider whose documents are given out in process, and tokens no honest one would sign.</summary>
internal sealed class Tokens : HttpMessageHandler
{
    public const string Authority = "https://idp.test";
    public const string Audience = "mandate";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _foreignKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);

    public CallerAuthenticator Authenticator() => new(new()
    {
        Issuers = [new() { Authority = new Uri(Authority), Audiences = [Audience] }],
        Http = this,
    });

    /// <summary>A token such as the provider issues.</summary>
    public string Good(string user, string tenant, Action<JsonObject>? claims = null, Action<JsonObject>? header = null) => Sign(Header(header), Claims(user, tenant, claims), Es256(_key));

    /// <summary>Tokens that must not be believed, each with a name.</summary>
    public IEnumerable<(string Name, string Token)> Forged(string user, string tenant)
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = Claims(user, tenant, null);
        var publicPem = Encoding.UTF8.GetBytes(_key.ExportSubjectPublicKeyInfoPem());
        yield return ("alg none", $"{Encode(Header(h => h["alg"] = "none"))}.{Encode(claims)}.");
        yield return ("alg None", $"{Encode(Header(h => h["alg"] = "None"))}.{Encode(claims)}.");
        yield return ("alg none with a signature", Sign(Header(h => h["alg"] = "none"), claims, Es256(_key)));
        yield return ("no alg", Sign(Header(h => h.Remove("alg")), claims, Es256(_key)));
        yield return ("HS256 with the public key", Sign(Header(h => h["alg"] = "HS256"), claims, s => HMACSHA256.HashData(publicPem, s)));
        yield return ("HS256 with the public key's bytes", Sign(Header(h => h["alg"] = "HS256"), claims, s => HMACSHA256.HashData(_key.ExportSubjectPublicKeyInfo(), s)));
        yield return ("HS384 with the public key", Sign(Header(h => h["alg"] = "HS384"), claims, s => HMACSHA384.HashData(publicPem, s)));
        yield return ("HS256 with an empty key", Sign(Header(h => h["alg"] = "HS256"), claims, s => HMACSHA256.HashData(Array.Empty<byte>(), s)));
        yield return ("RS256 under the key's id", Sign(Header(h => h["alg"] = "RS256"), claims, s => _rsa.SignData(s, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        yield return ("another key under the key's id", Sign(Header(null), claims, Es256(_foreignKey)));
        yield return ("another key under another id", Sign(Header(h => h["kid"] = "other"), claims, Es256(_foreignKey)));
        yield return ("key in the header", Sign(Header(h => h["jwk"] = JsonNode.Parse(Jwk(_foreignKey, "k1"))), claims, Es256(_foreignKey)));
        yield return ("key address in the header", Sign(Header(h => h["jku"] = "https://evil.test/keys"), claims, Es256(_foreignKey)));
        yield return ("certificate in the header", Sign(Header(h => h["x5c"] = new JsonArray("AAAA")), claims, Es256(_foreignKey)));
        yield return ("signature of zeros", $"{Encode(Header(null))}.{Encode(claims)}.{Base64Url.EncodeToString(new byte[64])}");
        yield return ("signature of nothing", $"{Encode(Header(null))}.{Encode(claims)}.");
        yield return ("expired", Good(user, tenant, c => c["exp"] = now.AddHours(-1).ToUnixTimeSeconds()));
        yield return ("no expiry", Good(user, tenant, c => c.Remove("exp")));
        yield return ("not yet", Good(user, tenant, c => c["nbf"] = now.AddHours(1).ToUnixTimeSeconds()));
        yield return ("another issuer", Good(user, tenant, c => c["iss"] = "https://evil.test"));
        yield return ("issuer with a slash more", Good(user, tenant, c => c["iss"] = Authority + "/"));
        yield return ("no issuer", Good(user, tenant, c => c.Remove("iss")));
        yield return ("another audience", Good(user, tenant, c => c["aud"] = "billing"));
        yield return ("no audience", Good(user, tenant, c => c.Remove("aud")));
        yield return ("no tenant", Good(user, tenant, c => c.Remove("tenant_id")));
        yield return ("reserved tenant", Good(user, "$system"));
        yield return ("tenant with a line break", Good(user, "acme\r\nX-Forwarded-User: root"));
        yield return ("user with a line break", Good("alice\nroot", tenant));
        yield return ("tenant that is a list", Good(user, tenant, c => c["tenant_id"] = new JsonArray("acme", "globex")));
        yield return ("user of 4 kB", Good(new string('x', 4096), tenant));
        yield return ("token of 64 kB", Good(user, tenant, c => c["filler"] = new string('x', 64 * 1024)));
        yield return ("five parts", Good(user, tenant) + ".a.b");
        yield return ("two parts", string.Join('.', Good(user, tenant).Split('.')[..2]));
        yield return ("not a token", "alice@acme");
        yield return ("header of another token", Good("a", "b", header: h => h["kid"] = "k2").Split('.')[0] + "." + string.Join('.', Good(user, tenant).Split('.')[1..]));
        yield return ("claims of another token", Mix(Good("carol", "globex"), Good(user, tenant)));
        yield return ("API key that nobody made", "mk_0000000000000000_0000000000000000000000000000000000000000000");
    }

    /// <summary>A good token with one bit flipped at so many places.</summary>
    public IEnumerable<(string Name, string Token)> Flipped(string user, string tenant, int count)
    {
        var token = Good(user, tenant);
        for (var i = 0; i < count; i++)
        {
            // Each part and each region of the token; the last character of a part may hold bits that mean nothing, so it is left out.
            var at = (int)((long)i * (token.Length - 2) / count);
            while (token[at] == '.' || (at + 1 < token.Length && token[at + 1] == '.'))
                at++;
            var changed = token[at] == 'A' ? 'B' : 'A';
            yield return ($"bit flipped at {at}", token[..at] + changed + token[(at + 1)..]);
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.RequestUri!.AbsolutePath switch
        {
            "/.well-known/openid-configuration" => $$"""{"issuer":"{{Authority}}","jwks_uri":"{{Authority}}/keys"}""",
            "/keys" => $$"""{"keys":[{{Jwk(_key, "k1")}}]}""",
            _ => throw new InvalidOperationException($"{request.RequestUri} was asked for"),
        };
        return Task.FromResult(new HttpResponseMessage { Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        _foreignKey.Dispose();
        _rsa.Dispose();
        base.Dispose(disposing);
    }

    private static string Mix(string claims, string rest)
    {
        var parts = rest.Split('.');
        return $"{parts[0]}.{claims.Split('.')[1]}.{parts[2]}";
    }

    private static JsonObject Header(Action<JsonObject>? change)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = "k1", ["typ"] = "JWT" };
        change?.Invoke(header);
        return header;
    }

    private static JsonObject Claims(string user, string tenant, Action<JsonObject>? change)
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = Authority, ["aud"] = Audience, ["sub"] = user, ["tenant_id"] = tenant, ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = now.ToUnixTimeSeconds(), ["nbf"] = now.AddMinutes(-1).ToUnixTimeSeconds(), ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return claims;
    }

    private static Func<byte[], byte[]> Es256(ECDsa key) => signed => key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private static string Sign(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static string Jwk(ECDsa key, string id)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"kty":"EC","crv":"P-256","use":"sig","kid":"{{id}}","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
    }
}
