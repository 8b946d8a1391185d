using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Acceptance.Tests.Support;

/// <summary>An identity provider whose keys are the test's, so that a test can sign what no honest one would.</summary>
internal sealed class TestIdentityProvider : IAsyncDisposable
{
    public const string Audience = "mandate";
    private readonly WebApplication _app;
    private readonly List<ECDsaSecurityKey> _published = [];

    private TestIdentityProvider(WebApplication app) => _app = app;

    public string Authority => _app.Urls.Single();

    public ECDsaSecurityKey Key { get; private set; } = NewKey();

    /// <summary>Settings with which the service trusts this provider.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["MANDATE_AUTHENTICATION__AUTHORITY"] = Authority,
        ["MANDATE_AUTHENTICATION__AUDIENCE"] = Audience,
        ["MANDATE_AUTHENTICATION__KEYREFRESHINTERVAL"] = "00:00:01",
    };

    public static async Task<TestIdentityProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new TestIdentityProvider(builder.Build());
        provider._published.Add(provider.Key);
        provider._app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, string>
        {
            ["issuer"] = provider.Authority,
            ["jwks_uri"] = $"{provider.Authority}/keys",
        }));
        provider._app.MapGet("/keys", () => Results.Json(new { keys = provider._published.Select(PublicPart).ToArray() }));
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>Signs with a new key from now on; the old one stays published.</summary>
    public void RotateKey() => _published.Add(Key = NewKey());

    /// <summary>A token such as an honest provider issues.</summary>
    public string Token(string user, string? tenant, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Authority,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now.AddMinutes(-1),
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = user, ["jti"] = Guid.NewGuid().ToString() },
            SigningCredentials = new(Key, SecurityAlgorithms.EcdsaSha256),
        };
        if (tenant is not null)
            descriptor.Claims["tenant_id"] = tenant;
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>A token of a worker that serves every tenant.</summary>
    public string WorkerToken() => Token("worker", tenant: null, t => t.Claims["scope"] = "mandate:worker");

    /// <summary>A token of somebody who may do everything, for no tenant.</summary>
    public string OperatorToken() => Token("ops", tenant: null, t => t.Claims["scope"] = "mandate:worker mandate:operator");

    /// <summary>The published public key in the form an HS256 forger would use as a shared secret.</summary>
    public byte[] PublicKeyBytes() => Encoding.UTF8.GetBytes(Key.ECDsa.ExportSubjectPublicKeyInfoPem());

    public static ECDsaSecurityKey NewKey() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.NewGuid().ToString("N") };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Dictionary<string, string> PublicPart(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["kid"] = key.KeyId,
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }
}
