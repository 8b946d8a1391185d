using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Mandate.Testing;
using Mandate.Testing.Stores;

namespace Mandate.Credentials.Tests.Stores;

/// <summary>A scripted Key Vault behind TLS, as its client accepts no other.</summary>
public sealed class AzureKeyVaultSecretStoreTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    [Scenario("worker-authentication", 30)]
    public async Task Find_EachKeyIsASecret_IsReadWithTheIdentitysToken()
    {
        await using var vault = await StartAsync(new ScriptedKeyVault("azure-token") { Secrets = { ["orders-client-id"] = "id", ["orders-client-secret"] = "s" } }.Answer);
        var place = new SecretStoreCredentials(Store(vault), "mandate-deployment-secrets");

        var found = (await place.FindAsync(ApplicationName.Parse("orders"), needsSecret: true)).ShouldNotBeNull();

        (found.ClientId, found.ClientSecret!.Reveal(), found.Source).ShouldBe(("id", "s", "Azure Key Vault 127.0.0.1"));
        vault.Received.Where(r => r.Header("Authorization") is not null).ShouldAllBe(r => r.Header("Authorization") == "Bearer azure-token");
    }

    [Fact]
    [Scenario("worker-authentication", 30)]
    public async Task Find_JsonObjectInOneSecret_HoldsBoth()
    {
        await using var vault = await StartAsync(ScriptedKeyVault.Challenged(_ => new(200, """{"value":"{\"orders_client_id\":\"id\",\"orders_client_secret\":\"s\"}","id":"https://v/secrets/x/1"}""")));

        (await new SecretStoreCredentials(Store(vault), "deployment").FindAsync(ApplicationName.Parse("orders"), needsSecret: true)).ShouldNotBeNull().ClientId.ShouldBe("id");
    }

    [Theory]
    [InlineData(403, "Key Vault Secrets User", false)]
    [InlineData(503, "503", true)]
    public async Task Read_VaultRefuses_SaysWhatToDo(int status, string hint, bool isTransient)
    {
        await using var vault = await StartAsync(ScriptedKeyVault.Challenged(_ => new(status, """{"error":{"code":"x","message":"message-canary"}}""")));

        var error = await Should.ThrowAsync<SecretStoreException>(async () => await Store(vault).ReadAsync("x"));

        error.Message.ShouldContain(hint);
        error.IsTransient.ShouldBe(isTransient);
        error.ToString().ShouldNotContain("canary");
    }

    private async Task<ScriptedHttpServer> StartAsync(Func<ReceivedRequest, ScriptedAnswer> script)
    {
        using var certificate = _authority.Server("127.0.0.1");
        return await ScriptedHttpServer.StartAsync(
            script,
            System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadPkcs12(certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12), null));
    }

    private AzureKeyVaultSecretStore Store(ScriptedHttpServer vault)
    {
        var tls = new Protocol.Grpc.GrpcChannelTls { ServerAuthorities = () => _authority.Roots };
        var options = new SecretClientOptions
        {
            Transport = new HttpClientTransport(new HttpClient(new SocketsHttpHandler { SslOptions = tls.CreateSslOptions() })),
            DisableChallengeResourceVerification = true,
            Retry = { MaxRetries = 0 },
        };
        return new(new SecretClient(vault.Address, new FixedToken(), options));
    }

    private sealed class FixedToken : TokenCredential
    {
        public override Azure.Core.AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("azure-token", DateTimeOffset.MaxValue);

        public override ValueTask<Azure.Core.AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
