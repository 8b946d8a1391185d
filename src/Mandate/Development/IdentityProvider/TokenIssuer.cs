using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Development.IdentityProvider;

/// <summary>DEVELOPMENT ONLY. Signs tokens with a key that lives as long as the process.</summary>
internal sealed class TokenIssuer : IDisposable
{
    public const string Algorithm = SecurityAlgorithms.EcdsaSha256;

    private const string UserScope = "executions audit";
    private static readonly TimeSpan UserLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan ServiceLife = TimeSpan.FromMinutes(5);

    private readonly DevelopmentIdentityProviderOptions _options;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _keyId = Guid.CreateVersion7().ToString("N");

    public TokenIssuer(DevelopmentIdentityProviderOptions options) => _options = options;

    /// <summary>Claim <c>iss</c>; known once the server listens.</summary>
    public string Authority { get; set; } = "";

    /// <summary>Everybody has the scopes that everybody needs, and those that were asked for.</summary>
    public Dictionary<string, object> ForUser(DevelopmentUser user, string audience, string? scope) => Issue(audience, UserLife, isWorker: false, new()
    {
        ["sub"] = user.UserId,
        ["tenant_id"] = user.TenantId,
        ["scope"] = scope is null ? UserScope : $"{UserScope} {scope}",
    });

    public Dictionary<string, object> ForService(string clientId, string audience, bool isWorker)
    {
        var claims = new Dictionary<string, object> { ["sub"] = clientId, ["client_id"] = clientId };
        if (isWorker)
            claims["scope"] = DevelopmentIdentityProvider.WorkerScope;
        return Issue(audience, isWorker ? _options.WorkerTokenLife : ServiceLife, isWorker, claims);
    }

    /// <summary>The public key, as a JSON Web Key Set (RFC 7517).</summary>
    public Dictionary<string, object> KeySet()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            ["keys"] = (object[])
            [
                new Dictionary<string, object>
                {
                    ["kty"] = "EC",
                    ["crv"] = "P-256",
                    ["use"] = "sig",
                    ["alg"] = Algorithm,
                    ["kid"] = _keyId,
                    ["x"] = Base64UrlEncoder.Encode(point.X),
                    ["y"] = Base64UrlEncoder.Encode(point.Y),
                },
            ],
        };
    }

    public void Dispose() => _key.Dispose();

    private Dictionary<string, object> Issue(string audience, TimeSpan life, bool isWorker, Dictionary<string, object> claims)
    {
        var now = _options.TimeProvider.GetUtcNow().UtcDateTime;
        claims["jti"] = Guid.CreateVersion7().ToString();
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Authority,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + life,
            Claims = claims,
            SigningCredentials = new(new ECDsaSecurityKey(_key) { KeyId = _keyId }, Algorithm) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
        });
        _options.Issued?.Invoke(new(token, isWorker));
        return new() { ["access_token"] = token, ["token_type"] = "Bearer", ["expires_in"] = (int)life.TotalSeconds };
    }
}
