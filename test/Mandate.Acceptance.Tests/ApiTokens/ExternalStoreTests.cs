using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mandate.Acceptance.Tests.ApiTokens.Stores;
using Mandate.Acceptance.Tests.Support;
using Mandate.Stateful.Scanning;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>The whole program with its tokens, its clients' secrets and the vault's keys in secret stores outside, which check method, path, headers and signature.</summary>
public sealed class ExternalStoreTests : IAsyncLifetime, IDisposable
{
    private const string Keys = "mandate-keys";
    private const string Client = "mandate-client";
    private const string Kept = "mandate-token";

    private readonly TemporaryDirectory _directory = new();
    private TestIdentityProvider _identities = null!;
    private TokenApi _api = null!;

    public async Task InitializeAsync()
    {
        _identities = await TestIdentityProvider.StartAsync();
        _api = await TokenApi.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _identities.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("Vault")]
    [InlineData("AwsSecretsManager")]
    [InlineData("AzureKeyVault")]
    public async Task Sources_WithTheirSecretsInAStore_RenewTokensAndFollowWhatIsReplacedThere(string kind)
    {
        await using var store = await ExternalStore.StartAsync(kind, _directory);
        var (secret, issued) = ("client-planted-canary-1", 0);
        await using var provider = await ScriptedHttpServer.StartAsync(request => request.Header("Authorization") == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"crm-client:{secret}"))}"
            ? new(200, $$"""{"access_token":"oauth-planted-canary-{{++issued}}","token_type":"Bearer","expires_in":3}""")
            : new(401, """{"error":"invalid_client"}"""));
        store.PutKeys(Keys, await NewKeysAsync("first.json"));
        store.Put(Client, secret);
        store.Put(Kept, "stored-planted-canary-1\n");
        var settings = Settings(store);
        settings["MANDATE_APITOKENS__SOURCES__crm__TOKENENDPOINT"] = new Uri(provider.Address, "/token").ToString();
        settings["MANDATE_APITOKENS__SOURCES__crm__CLIENTID"] = "crm-client";
        Add(settings, store.Settings("MANDATE_APITOKENS__SOURCES__crm__CLIENTSECRETSTORE", Client));
        settings["MANDATE_APITOKENS__SOURCES__kept__CHECKEVERY"] = "00:00:01";
        Add(settings, store.Settings("MANDATE_APITOKENS__SOURCES__kept__STORE", Kept));
        if (store.Key is { } key)
            settings["MANDATE_APITOKENS__SOURCES__crm__CLIENTSECRETKEY"] = settings["MANDATE_APITOKENS__SOURCES__kept__KEY"] = key;
        foreach (var source in (string[])["crm", "kept"])
            settings[$"MANDATE_APITOKENS__SOURCES__{source}__HOSTS__0"] = _api.Address;
        await using var service = await ServiceProcess.UpAsync(_directory, settings);

        await StartAsync(service, "oauth", "crm");
        (await CallAsync(service, "oauth")).ShouldStartWith("oauth-planted-canary-");
        await ReachesAsync(service, "oauth", 2);
        // The provider and the store have a new secret; the one in memory is refused and read anew.
        secret = "client-planted-canary-2";
        store.Put(Client, secret);
        var before = issued;
        await Patience.UntilAsync(() => Task.FromResult(issued > before), "a token by the secret that is in the store now");

        await StartAsync(service, "stored", "kept");
        (await CallAsync(service, "stored")).ShouldBe("stored-planted-canary-1");
        store.Put(Kept, "stored-planted-canary-2");
        await ReachesAsync(service, "stored", 2);
        (await CallAsync(service, "stored")).ShouldBe("stored-planted-canary-2");

        var data = ReadData();
        data.ShouldContain(new Uri(_api.Address).Authority, customMessage: "what is no secret is found there, so the look was at the right bytes");
        NoSecretIn([], service.Output, data);
    }

    [Theory]
    [InlineData("Vault")]
    [InlineData("AwsSecretsManager")]
    [InlineData("AzureKeyVault")]
    public async Task KeyStore_HoldsTheKeys_VaultOpensAndTheirRotationIsFollowed(string kind)
    {
        await using var store = await ExternalStore.StartAsync(kind, _directory);
        var first = JsonNode.Parse(await NewKeysAsync("first.json"))!;
        var second = JsonNode.Parse(await NewKeysAsync("second.json"))!;
        var (old, added) = (IdOf(first), IdOf(second));
        string[] keys = [KeyOf(first), KeyOf(second)];
        store.PutKeys(Keys, first.ToJsonString());
        var settings = Settings(store);
        await using (var service = await ServiceProcess.UpAsync(_directory, settings))
        {
            await StartAsync(service, "kept", source: null);
            (await CallAsync(service, "kept")).ShouldBe("vaulted-planted-canary");

            (await VaultKeysAsync("add")).Error.ShouldContain("add the key there");
            first["keys"]!.AsArray().Add(second["keys"]![0]!.DeepClone());
            store.PutKeys(Keys, first.ToJsonString());
            var rewrapped = await VaultKeysAsync("rewrap");
            rewrapped.ExitCode.ShouldBe(0, rewrapped.Error);
            rewrapped.Output.ShouldContain($"{added}  wraps  3 vault keys, 1 secrets");
            (await VaultKeysAsync("retire", old, "--confirm")).Output.ShouldContain($"{old}  retired: nothing is wrapped under it any more, so remove it from the secret '{Keys}'");
            store.PutKeys(Keys, second.ToJsonString());
            (await CallAsync(service, "kept")).ShouldBe("vaulted-planted-canary");
            NoSecretIn(keys, service.Output, rewrapped.Output);
        }

        File.Exists(Path.Combine(_directory.File("data"), "vault-keys.json")).ShouldBeFalse("the keys are nowhere here");
        await using (var again = await ServiceProcess.UpAsync(_directory, settings))
            (await CallAsync(again, "kept")).ShouldBe("vaulted-planted-canary");
        store.Refuse();
        var refused = await ServiceProcess.CaptureAsync(_directory, settings, "up", "--data-directory", _directory.File("data"));
        refused.ExitCode.ShouldBe(2, refused.Output);
        refused.Error.ShouldContain("key ring cannot be read from");
        NoSecretIn(keys, refused.Output + refused.Error, ReadData());

        Task<(int ExitCode, string Output, string Error)> VaultKeysAsync(params string[] arguments) =>
            ServiceProcess.CaptureAsync(_directory, settings, ["vault-keys", .. arguments, "--data-directory", _directory.File("data")]);
    }

    private Dictionary<string, string> Settings(ExternalStore store)
    {
        var settings = new Dictionary<string, string>([.. _identities.Settings, .. ApiTokenTests.Workers, .. store.Environment]);
        Add(settings, store.Settings("MANDATE_APITOKENS__KEYSTORE", Keys));
        return settings;
    }

    private static void Add(Dictionary<string, string> settings, IReadOnlyDictionary<string, string> more)
    {
        foreach (var (name, value) in more)
            settings[name] = value;
    }

    /// <summary>The content of a new key file, as an operator makes it for a store.</summary>
    private async Task<string> NewKeysAsync(string name)
    {
        var (exit, _, error) = await ServiceProcess.CaptureAsync(_directory, new Dictionary<string, string>(), "vault-keys", "create", _directory.File(name));
        exit.ShouldBe(0, error);
        return await File.ReadAllTextAsync(_directory.File(name));
    }

    private static string IdOf(JsonNode ring) => ring["keys"]![0]!["id"]!.GetValue<string>();

    private static string KeyOf(JsonNode ring) => ring["keys"]![0]!["key"]!.GetValue<string>();

    private async Task StartAsync(ServiceProcess service, string id, string? source)
    {
        using var rest = new RestClient(service.Rest, Token());
        object input = source is null ? new { apiToken = "vaulted-planted-canary", apiUrl = _api.Address } : new { apiUrl = _api.Address };
        (await rest.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = id, input })).Status.ShouldBe(HttpStatusCode.Created);
        if (source is not null)
        {
            var (status, body) = await rest.PostAsync($"/v1/executions/{id}/api-token", new { source });
            status.ShouldBe(HttpStatusCode.OK, body.ToString());
        }
    }

    private async Task<string?> CallAsync(ServiceProcess service, string id)
    {
        await using var client = await TokenTrees.ConnectAsync(service.Grpc, Token());
        await client.GetWorkflowHandle(id).ExecuteUpdateAsync<string>("call", []).WaitAsync(Patience.Limit, TimeProvider.System);
        return _api.LastToken;
    }

    private async Task ReachesAsync(ServiceProcess service, string id, long epoch)
    {
        await using var client = await TokenTrees.ConnectAsync(service.Grpc, Token());
        await Patience.UntilAsync(async () => await TokenTrees.EpochOfAsync(client, id) >= epoch, $"{id} to show epoch {epoch}");
    }

    private string Token() => _identities.Token("alice", "acme", t => t.Claims["scope"] = "token:rotate");

    private string ReadData()
    {
        var content = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(_directory.File("data"), "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("lock", StringComparison.Ordinal)))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.Latin1);
            content.Append(reader.ReadToEnd());
        }

        return content.ToString();
    }

    private static void NoSecretIn(string[] keys, params string[] texts)
    {
        foreach (var secret in (string[])["planted-canary", .. keys])
        {
            foreach (var text in texts)
                new ValuePattern("secret", secret).IsIn(Encoding.Latin1.GetBytes(text)).ShouldBeFalse();
        }
    }
}
