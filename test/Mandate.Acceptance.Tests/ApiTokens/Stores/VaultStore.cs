using System.Text.Json;
using Mandate.Acceptance.Tests.Support;
using Mandate.Testing;
using Mandate.Testing.Stores;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens.Stores;

/// <summary>A HashiCorp Vault; the token is in a file, as its agent keeps it.</summary>
internal sealed class VaultStore : ExternalStore
{
    private const string Token = "hvs.planted-canary";

    private readonly ScriptedVault _script = new("kv", [Token], "team");
    private readonly string _tokenFile;
    private ScriptedHttpServer _server = null!;

    private VaultStore(string tokenFile) => _tokenFile = tokenFile;

    public override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>();

    public override string Key => "value";

    public static async Task<VaultStore> StartAsync(TemporaryDirectory directory)
    {
        var store = new VaultStore(directory.File("vault-token"));
        await File.WriteAllTextAsync(store._tokenFile, Token + "\n");
        store._server = await ScriptedHttpServer.StartAsync(store._script.Answer);
        return store;
    }

    public override IReadOnlyDictionary<string, string> Settings(string prefix, string secretName) => new Dictionary<string, string>
    {
        [$"{prefix}__KIND"] = "Vault",
        [$"{prefix}__ADDRESS"] = _server.Address.ToString(),
        [$"{prefix}__MOUNT"] = "kv",
        [$"{prefix}__NAMESPACE"] = "team",
        [$"{prefix}__TOKENFILE"] = _tokenFile,
        [$"{prefix}__SECRETNAME"] = secretName,
    };

    public override void Put(string secretName, string value) => _script.Secrets[secretName] = JsonSerializer.Serialize(new { value, owner = "team" });

    public override void PutKeys(string secretName, string json) => _script.Secrets[secretName] = json;

    public override void Refuse() => File.WriteAllText(_tokenFile, "hvs.another");

    public override ValueTask DisposeAsync() => _server.DisposeAsync();
}
