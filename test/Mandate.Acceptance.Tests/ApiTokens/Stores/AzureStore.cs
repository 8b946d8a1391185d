using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mandate.Acceptance.Tests.Support;
using Mandate.Testing;
using Mandate.Testing.Stores;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens.Stores;

/// <summary>An Azure Key Vault under the name such a vault has, asked by the managed identity of an App Service. Its certificate is of an authority that the machine trusts.</summary>
internal sealed class AzureStore : ExternalStore
{
    private const string Host = "orders.vault.azure.net";
    private const string Token = "azure-planted-canary";

    private readonly TestAuthority _authority = new();
    private readonly ScriptedKeyVault _script = new(Token);
    private bool _refuses;
    private ScriptedHttpServer _server = null!;
    private ScriptedHttpServer _identity = null!;
    private ConnectProxy _proxy = null!;
    private string _authorities = "";

    public override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["IDENTITY_ENDPOINT"] = new Uri(_identity.Address, "/msi/token").ToString(),
        ["IDENTITY_HEADER"] = "identity-planted-canary",
        ["HTTPS_PROXY"] = _proxy.Address,
        ["SSL_CERT_FILE"] = _authorities,
    };

    public static async Task<AzureStore> StartAsync(TemporaryDirectory directory)
    {
        var store = new AzureStore { _authorities = directory.File("authorities.pem") };
        await File.WriteAllTextAsync(store._authorities, store._authority.Roots[0].ExportCertificatePem());
        using var certificate = store._authority.Server(Host);
        store._server = await ScriptedHttpServer.StartAsync(
            request => store._refuses ? ScriptedKeyVault.Challenged(_ => new(403, """{"error":{"code":"Forbidden","message":"message-canary"}}"""))(request) : store._script.Answer(request),
            X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
        store._proxy = new(Host, store._server.Address.Port);
        store._identity = await ScriptedHttpServer.StartAsync(request => request.Header("X-IDENTITY-HEADER") == "identity-planted-canary" && request.Uri.Query.Contains("vault.azure.net", StringComparison.Ordinal)
            ? new(200, JsonSerializer.Serialize(new { access_token = Token, expires_on = TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeSeconds().ToString(), resource = "https://vault.azure.net", token_type = "Bearer" }))
            : new(401));
        return store;
    }

    public override IReadOnlyDictionary<string, string> Settings(string prefix, string secretName) => new Dictionary<string, string>
    {
        [$"{prefix}__KIND"] = "AzureKeyVault",
        [$"{prefix}__ADDRESS"] = $"https://{Host}",
        [$"{prefix}__SECRETNAME"] = secretName,
    };

    public override void Put(string secretName, string value) => _script.Secrets[secretName] = value;

    public override void PutKeys(string secretName, string json) => _script.Secrets[secretName] = json;

    public override void Refuse() => _refuses = true;

    public override async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        await _identity.DisposeAsync();
        _authority.Dispose();
    }
}
