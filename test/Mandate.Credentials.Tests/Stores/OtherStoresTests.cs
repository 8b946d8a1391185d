using Mandate.Testing;
using Mandate.Testing.Stores;

namespace Mandate.Credentials.Tests.Stores;

/// <summary>JSON files and HashiCorp Vault.</summary>
public sealed class OtherStoresTests : IDisposable
{
    private static readonly ApplicationName Orders = ApplicationName.Parse("orders");

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("""{"deployment":{"orders_client_id":"id","orders_client_secret":"s"}}""")]
    [InlineData("""{"orders_client_id":"id","orders_client_secret":"s"}""")]
    [InlineData("""{"deployment":"{\"orders_client_id\":\"id\",\"orders_client_secret\":\"s\"}"}""")]
    [Scenario("worker-authentication", 30)]
    public async Task File_HasThem_IsReadAnewEachTime(string content)
    {
        await File.WriteAllTextAsync(_directory.File("secrets.json"), content);
        var place = new CredentialPlaceOptions { Kind = CredentialPlaceKind.File, Path = _directory.File("secrets.json"), SecretName = "deployment" }.Create();

        (await place.FindAsync(Orders, needsSecret: true)).ShouldNotBeNull().ClientSecret!.Reveal().ShouldBe("s");
        await File.WriteAllTextAsync(_directory.File("secrets.json"), content.Replace("\"s\"", "\"t\"").Replace("\\\"s\\\"", "\\\"t\\\""));

        var found = (await place.FindAsync(Orders, needsSecret: true)).ShouldNotBeNull();
        found.ClientSecret!.Reveal().ShouldBe("t");
        found.Source.ShouldContain("secrets.json");
    }

    [Theory]
    [InlineData("secret-canary is no JSON", "JSON object", false)]
    [InlineData("[\"secret-canary\"]", "JSON object", false)]
    [InlineData(null, "missing", true)]
    public async Task File_CannotBeUsed_SaysSoWithoutItsContent(string? content, string hint, bool isTransient)
    {
        if (content is not null)
            await File.WriteAllTextAsync(_directory.File("secrets.json"), content);

        var error = await Should.ThrowAsync<SecretStoreException>(async () => await new JsonFileSecretStore(_directory.File("secrets.json")).ReadAsync("x"));

        error.Message.ShouldContain(hint);
        error.IsTransient.ShouldBe(isTransient);
        error.ToString().ShouldNotContain("canary");
    }

    [Fact]
    [Scenario("worker-authentication", 30)]
    public async Task Vault_KeyValueVersion2_IsReadWithTokenAndNamespace()
    {
        var script = new ScriptedVault("kv", ["token-1", "token-2"], "team") { Secrets = { ["apps/orders"] = """{"orders_client_id":"id","orders_client_secret":"s"}""" } };
        await using var vault = await ScriptedHttpServer.StartAsync(script.Answer);
        await File.WriteAllTextAsync(_directory.File("token"), "token-1\n");
        var place = new CredentialPlaceOptions
        {
            Kind = CredentialPlaceKind.Vault, Address = vault.Address.ToString(), Mount = "kv", SecretName = "apps/orders", TokenFile = _directory.File("token"), Namespace = "team",
        }.Create();

        (await place.FindAsync(Orders, needsSecret: true)).ShouldNotBeNull().Source.ShouldStartWith("HashiCorp Vault 127.0.0.1:");
        await File.WriteAllTextAsync(_directory.File("token"), "token-2");
        await place.FindAsync(Orders, needsSecret: true);

        vault.Received.Select(r => r.Header("X-Vault-Token")).ShouldBe(["token-1", "token-2"]);
        vault.Received.ShouldAllBe(r => r.Header("X-Vault-Request") == "true");
    }

    [Fact]
    [Scenario("worker-authentication", 30)]
    public async Task Vault_UsualVariables_AreTaken()
    {
        await using var vault = await ScriptedHttpServer.StartAsync(request => request.Header("X-Vault-Token") == "root" && request.Uri.AbsolutePath == "/v1/secret/data/atlan-deployment-secrets"
            ? new(200, """{"data":{"data":{"orders_client_id":"id","orders_client_secret":"s"}}}""")
            : new(404));
        var variables = new Dictionary<string, string> { ["VAULT_ADDR"] = vault.Address.ToString(), ["VAULT_TOKEN"] = "root" };

        var place = new CredentialPlaceOptions { Kind = CredentialPlaceKind.Vault }.Create("ATLAN_", variables.GetValueOrDefault);

        (await place.FindAsync(Orders, needsSecret: true)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(403, "policy", false)]
    [InlineData(503, "sealed", true)]
    [InlineData(500, "500", true)]
    [InlineData(429, "429", true)]
    [InlineData(307, "307", false)]
    [InlineData(200, "version 2", false)]
    public async Task Vault_Refuses_SaysWhatToDo(int status, string hint, bool isTransient)
    {
        await using var server = await ScriptedHttpServer.StartAsync(_ => new(status, """{"data":{"orders_client_id":"value-canary"}}"""));
        using var vault = new HashiCorpVaultSecretStore(new() { Address = server.Address, Token = new("t") });

        var error = await Should.ThrowAsync<SecretStoreException>(async () => await vault.ReadAsync("orders"));

        error.Message.ShouldContain(hint);
        error.IsTransient.ShouldBe(isTransient);
        error.ToString().ShouldNotContain("canary");
    }

    [Theory]
    [InlineData("../sys/seal")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/./b")]
    public async Task Vault_PathThatLeadsElsewhere_IsRefusedBeforeAnyRequest(string path)
    {
        await using var server = await ScriptedHttpServer.StartAsync(_ => new(404));
        using var vault = new HashiCorpVaultSecretStore(new() { Address = server.Address, Token = new("t") });

        await Should.ThrowAsync<SecretStoreException>(async () => await vault.ReadAsync(path));

        server.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Store_AnswerOverOneMebibyte_IsRefused()
    {
        await using var server = await ScriptedHttpServer.StartAsync(_ => new(200, new string('x', (1024 * 1024) + 1)));
        using var vault = new HashiCorpVaultSecretStore(new() { Address = server.Address, Token = new("t") });

        (await Should.ThrowAsync<SecretStoreException>(async () => await vault.ReadAsync("x"))).Message.ShouldContain("1 MiB");
    }

    [Fact]
    public async Task Store_Hangs_TimesOutAsTransient()
    {
        var clock = new ManualTimeProvider();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var hanging = new ScriptedHttpHandler(async (_, cancellation) =>
        {
            asked.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellation);
            throw new InvalidOperationException("not reached");
        });
        using var vault = new HashiCorpVaultSecretStore(new() { Address = new("https://vault.example"), Token = new("t") }, hanging, clock);
        var reading = vault.ReadAsync("x").AsTask();
        await asked.Task.WithinLimit();

        clock.Advance(TimeSpan.FromSeconds(10));

        (await Should.ThrowAsync<SecretStoreException>(reading.WithinLimit())).IsTransient.ShouldBeTrue();
    }

    [Theory]
    [InlineData(CredentialPlaceKind.File, "Path")]
    [InlineData(CredentialPlaceKind.Vault, "Address")]
    [InlineData(CredentialPlaceKind.AzureKeyVault, "Address")]
    [InlineData(CredentialPlaceKind.AwsSecretsManager, "Region")]
    [InlineData((CredentialPlaceKind)9, "Kind")]
    public void Create_SettingMissing_IsNamed(CredentialPlaceKind kind, string setting) =>
        Should.Throw<FormatException>(() => new CredentialPlaceOptions { Kind = kind }.Create(variables: _ => null)).Message.ShouldContain(setting);

    [Fact]
    public void Create_VaultWithoutTls_IsRefused() => Should.Throw<FormatException>(
        () => new CredentialPlaceOptions { Kind = CredentialPlaceKind.Vault, Address = "http://vault.example", TokenFile = "t" }.Create(variables: _ => null)).Message.ShouldContain("https");
}
