using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Mandate.Testing;

namespace Mandate.Credentials.Tests.Providers;

/// <summary>The token source against a real identity provider.</summary>
public sealed class OidcProviderTests
{
    private const string Secret = "s3cr3t-canary";

    [Fact]
    [Scenario("worker-authentication", 2)]
    [Scenario("worker-authentication", 7)]
    public async Task GetToken_ByDiscovery_IsAJwtForTheAudience()
    {
        await using var provider = await OidcProvider.StartAsync(new() { TokenLifetime = TimeSpan.FromSeconds(900) });
        using var source = new ClientCredentialsTokenSource(Options(provider) with { TokenEndpoint = null, Authority = provider.Issuer, Scopes = ["a", "b"] });

        var token = await source.GetTokenAsync();

        var claims = Claims(token);
        claims.GetProperty("aud").GetString().ShouldBe("temporal");
        claims.GetProperty("scope").GetString().ShouldBe("a b");
        claims.GetProperty("iss").GetString().ShouldBe(provider.Issuer.OriginalString);
        (await provider.RequestsAsync()).ShouldHaveSingleItem().ShouldBe(new(OidcProvider.ClientCredentialsGrant, "orders-worker", 200, null));
    }

    [Fact]
    public async Task GetToken_ByResource_IsForThatResource()
    {
        await using var provider = await OidcProvider.StartAsync();
        using var source = new ClientCredentialsTokenSource(Options(provider) with { Audience = null, Resource = new("https://orders.example/api") });

        Claims(await source.GetTokenAsync()).GetProperty("aud").GetString().ShouldBe("https://orders.example/api");
    }

    [Fact]
    public async Task GetToken_SecretPost_IsAccepted()
    {
        await using var provider = await OidcProvider.StartAsync(new() { Clients = [new("orders-worker", Secret) { Authentication = "client_secret_post" }] });
        using var source = new ClientCredentialsTokenSource(Options(provider) with { Authentication = ClientAuthentication.ClientSecretPost });

        (await source.GetTokenAsync()).Value.Reveal().ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("ES256", null)]
    [InlineData("RS256", null)]
    [InlineData("PS256", "PS256")]
    public async Task GetToken_PrivateKeyJwt_ProvesTheClientWithoutASecret(string algorithm, string? configured)
    {
        var (pem, jwks) = algorithm == "ES256" ? EllipticCurve() : Rsa();
        await using var provider = await OidcProvider.StartAsync(
            new() { Clients = [new("orders-worker", null) { Authentication = "private_key_jwt", PublicKeys = jwks, AssertionAlgorithm = algorithm }] });
        var options = Options(provider) with { Authentication = ClientAuthentication.PrivateKeyJwt, ClientSecret = new(pem), AssertionAlgorithm = configured, AssertionKeyId = "key-1" };
        using var source = new ClientCredentialsTokenSource(options);

        var first = await source.GetTokenAsync();
        var second = await source.GetTokenAsync(forceRefresh: true);

        second.Value.Reveal().ShouldNotBe(first.Value.Reveal(), "each assertion is used once");
        using var stranger = new ClientCredentialsTokenSource(options with { ClientSecret = new(algorithm == "ES256" ? EllipticCurve().Pem : Rsa().Pem) });
        (await Should.ThrowAsync<TokenException>(async () => await stranger.GetTokenAsync())).Kind.ShouldBe(TokenErrorKind.InvalidClient);
    }

    [Theory]
    [InlineData("no-pem-canary", null, "PEM")]
    [InlineData("-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----", null, "PEM")]
    [InlineData(null, "RS256", "not one for RS256")]
    public async Task GetToken_KeyCannotBeUsed_IsSaidWithoutTheKey(string? pem, string? algorithm, string hint)
    {
        var key = pem ?? EllipticCurve().Pem;
        using var source = ProviderFixture.Issuing().Source(ProviderFixture.Options() with { Authentication = ClientAuthentication.PrivateKeyJwt, ClientSecret = new(key), AssertionAlgorithm = algorithm });

        var error = await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync());

        error.Kind.ShouldBe(TokenErrorKind.NotConfigured);
        error.Message.ShouldContain(hint);
        error.ToString().ShouldNotContain("canary");
    }

    [Fact]
    public async Task GetToken_MutualTls_TheCertificateProvesTheClient()
    {
        using var authority = new TestAuthority();
        using var server = authority.Server("127.0.0.1");
        await using var provider = await OidcProvider.StartAsync(new()
        {
            Clients = [new("orders-worker", null) { Authentication = "tls_client_auth", CertificateSubject = "CN=orders-worker" }],
            Tls = new(server.ExportCertificatePem(), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), authority.Roots.ExportCertificatePems()),
        });
        var options = Options(provider) with
        {
            Authentication = ClientAuthentication.TlsClientAuth,
            ClientSecret = null,
            Tls = new() { ServerAuthorities = () => authority.Roots, ClientCertificate = () => authority.Client("orders-worker") },
        };
        using var source = new ClientCredentialsTokenSource(options);

        Claims(await source.GetTokenAsync()).GetProperty("client_id").GetString().ShouldBe("orders-worker");

        using var stranger = new ClientCredentialsTokenSource(options with { Tls = options.Tls with { ClientCertificate = () => authority.Client("somebody") } });
        (await Should.ThrowAsync<TokenException>(async () => await stranger.GetTokenAsync())).Kind.ShouldBe(TokenErrorKind.InvalidClient);
        using var distrustful = new ClientCredentialsTokenSource(options with { Tls = options.Tls with { ServerAuthorities = null } });
        (await Should.ThrowAsync<TokenException>(async () => await distrustful.GetTokenAsync())).Kind.ShouldBe(TokenErrorKind.Unavailable);
    }

    [Fact]
    [Scenario("worker-authentication", 19)]
    public async Task GetToken_SecretRotatedInTheStoreAndAtTheProvider_GoesOnInTheSameProcess()
    {
        using var directory = new TemporaryDirectory();
        await using var provider = await OidcProvider.StartAsync();
        void Write(string secret) => File.WriteAllText(directory.File("secrets.json"), JsonSerializer.Serialize(new { orders_client_id = "orders-worker", orders_client_secret = secret }));
        Write(Secret);
        await using var authentication = new WorkerAuthentication(new()
        {
            ApplicationName = ApplicationName.Parse("orders"),
            Places = [new CredentialPlaceOptions { Kind = CredentialPlaceKind.File, Path = directory.File("secrets.json") }.Create()],
            Token = new() { TokenEndpoint = provider.TokenEndpoint, Audience = "temporal" },
        });
        await authentication.GetTokenAsync();
        await provider.ConfigureAsync(provider.Options with { Clients = [new("orders-worker", "an0ther-canary")] });
        Write("an0ther-canary");

        (await authentication.RefreshAsync()).ShouldNotBeNull();

        (await provider.RequestsAsync()).Select(r => (r.Status, r.Error)).ShouldBe([(200, null), (401, "invalid_client"), (200, null)]);
    }

    [Fact]
    [Scenario("worker-authentication", 9)]
    public async Task GetToken_RefusedByARealProvider_TheSecretIsInNoTraceEither()
    {
        var spans = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (spans)
                    spans.Add($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(e => e.Tags))} {activity.StatusDescription}");
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var provider = await OidcProvider.StartAsync(new() { Clients = [new("orders-worker", "another") { Authentication = "client_secret_post" }] });
        using var source = new ClientCredentialsTokenSource(Options(provider) with { Authentication = ClientAuthentication.ClientSecretPost });

        var error = await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync());

        error.Kind.ShouldBe(TokenErrorKind.InvalidClient);
        error.ToString().ShouldNotContain(Secret);
        lock (spans)
        {
            spans.ShouldContain(s => s.Contains($"{provider.Issuer.Port}") && s.Contains("/token"), "the request was traced");
            spans.ShouldAllBe(s => !s.Contains(Secret));
        }
    }

    private static ClientCredentialsOptions Options(OidcProvider provider) =>
        new() { TokenEndpoint = provider.TokenEndpoint, ClientId = "orders-worker", ClientSecret = new(Secret), Audience = "temporal" };

    private static JsonElement Claims(AccessToken token) => JsonElement.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Value.Reveal().Split('.')[1])));

    private static (string Pem, string Jwks) EllipticCurve()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        return (key.ExportPkcs8PrivateKeyPem(), Jwks(new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) }));
    }

    private static (string Pem, string Jwks) Rsa()
    {
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(false);
        return (key.ExportRSAPrivateKeyPem(), Jwks(new() { ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent) }));
    }

    private static string Jwks(Dictionary<string, string> key)
    {
        key["kid"] = "key-1";
        return JsonSerializer.Serialize(new { keys = new[] { key } });
    }
}
