using System.Net;
using System.Text.Json.Nodes;
using Mandate.Acceptance.Tests.Support;
using Mandate.Audit;
using Mandate.Audit.Tests;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Microsoft.Data.Sqlite;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary><c>mandate vault-keys</c> beside a running service, on both stores.</summary>
public sealed class VaultKeyTests(PostgresServer server) : IClassFixture<PostgresServer>, IAsyncLifetime, IDisposable
{
    private const string Secret = "secret-under-every-key";

    private readonly TemporaryDirectory _directory = new();
    private TestIdentityProvider _identities = null!;
    private TokenApi _api = null!;
    private Dictionary<string, string> _settings = null!;

    private string KeyFile => Path.Combine(_directory.File("data"), "vault-keys.json");

    public async Task InitializeAsync()
    {
        _identities = await TestIdentityProvider.StartAsync();
        _api = await TokenApi.StartAsync();
        _settings = new([.. _identities.Settings, .. ApiTokenTests.Workers]);
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _identities.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Rotate_KilledAndFinishedByRewrap_OldKeyIsRetiredAndEveryStepIsRecorded()
    {
        await using var service = await ServiceProcess.UpAsync(_directory, _settings);
        await StartTreeAsync(service);
        await FillAsync(secrets: 1000);
        var old = (await KeysAsync()).ShouldHaveSingleItem();

        // It seals in the order of the trees and cannot come past this one.
        await SqlAsync("CREATE VIEW endless AS WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT COUNT(*) AS n FROM c");
        await SqlAsync("CREATE TRIGGER stop BEFORE UPDATE ON mandate_vault_credentials WHEN NEW.tree = 'tree-700' BEGIN SELECT n FROM endless; END");
        await using (var rotation = await ServiceProcess.StartUntilAsync(_directory, "takes over", "vault-keys", "rotate", "--data-directory", _directory.File("data")))
        {
            await Patience.UntilAsync(async () => await SqlAsync("SELECT COUNT(DISTINCT key_id) FROM mandate_vault_credentials") == 2, "the first secrets to be sealed anew");
            rotation.HasExited.ShouldBeFalse();
            await rotation.KillAsync();
        }

        await SqlAsync("DROP TRIGGER stop");
        var added = (await KeysAsync())[^1];
        added.ShouldNotBe(old);
        (await CallAsync(service)).ShouldBe(Secret);
        var refused = await CommandAsync("retire", old, "--confirm");
        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain("still wrapped under it");
        var rewrapped = await CommandAsync("rewrap");
        rewrapped.ExitCode.ShouldBe(0, rewrapped.Error);
        rewrapped.Output.ShouldContain($"{old}  unwraps only  0 vault keys, 0 secrets");
        rewrapped.Output.ShouldContain($"{added}  wraps  3 vault keys, 1001 secrets");
        (await CommandAsync("retire", old)).Error.ShouldContain("--confirm");
        (await CommandAsync("retire", added, "--confirm")).Error.ShouldContain("in use");
        var retired = await CommandAsync("retire", old, "--confirm");
        retired.ExitCode.ShouldBe(0, retired.Error);
        retired.Output.ShouldContain($"{old}  retired");

        (await KeysAsync()).ShouldBe([added]);
        (await CommandAsync("list")).Output.ShouldBe($"{added}  wraps  3 vault keys, 1001 secrets\n");
        await service.TerminateAsync();
        await using var again = await ServiceProcess.UpAsync(_directory, _settings);
        (await CallAsync(again)).ShouldBe(Secret);
        var changes = await ChangesAsync(4);
        changes.Select(c => $"{c.Type} {c.Resource.Id}").ShouldBe([$"key.create {added}", $"key.rotate {added}", $"key.rewrap {added}", $"key.retire {old}"], ignoreOrder: true);
        changes.ShouldAllBe(c => c.Actor.Type == "operator" && c.Actor.Id == Environment.UserName && c.Metadata["purpose"] == "vault");
        var key = JsonNode.Parse(await File.ReadAllTextAsync(KeyFile))!["keys"]![0]!["key"]!.GetValue<string>();
        foreach (var text in (string[])[refused.Error, rewrapped.Output, retired.Output, service.Output, again.Output, .. changes.Select(c => string.Join(' ', c.Metadata.Values.Concat(c.Context.Values)))])
        {
            text.ShouldNotContain(key);
            text.ShouldNotContain(Secret);
        }
    }

    [Fact]
    public async Task Add_OnPostgresWithACopyOfTheKeysOnEachMachine_IsDistributedBeforeItWraps()
    {
        var here = _directory.File("here.json");
        var connection = _directory.File("connection");
        await File.WriteAllTextAsync(connection, server.CreateDatabase());
        var made = await ServiceProcess.CaptureAsync(_directory, new Dictionary<string, string>(), "vault-keys", "create", here);
        made.ExitCode.ShouldBe(0, made.Error);
        (await ServiceProcess.CaptureAsync(_directory, new Dictionary<string, string>(), "vault-keys", "create", here)).Error.ShouldContain("is there already");
        File.Copy(here, KeyFileOfService());
        _settings["MANDATE_APITOKENS__POSTGRESFILE"] = connection;
        await using var service = await ServiceProcess.UpAsync(_directory, new Dictionary<string, string>(_settings) { ["MANDATE_APITOKENS__KEYFILE"] = KeyFileOfService() });
        _settings["MANDATE_APITOKENS__KEYFILE"] = here;
        await StartTreeAsync(service);
        var old = (await KeyRing.OpenAsync(here)).CurrentKeyId;

        (await CommandAsync("add")).Output.ShouldContain("wraps  0 vault keys");
        (await CallAsync(service)).ShouldBe(Secret);
        (await CommandAsync("retire", old, "--confirm")).Error.ShouldContain("2 keys of the vault are still wrapped under it, and 1 secrets");
        File.Copy(here, KeyFileOfService(), overwrite: true);
        (await CommandAsync("rewrap")).Output.ShouldContain("2 vault keys wrapped anew, 1 secrets sealed anew");
        (await CommandAsync("retire", old, "--confirm")).ExitCode.ShouldBe(0);

        (await CallAsync(service)).ShouldBe(Secret);
        using var rest = new RestClient(service.Rest, Token());
        (await rest.PostAsync("/v1/executions/kept/api-token", new { token = "secret-after-the-keys" })).Status.ShouldBe(HttpStatusCode.OK);
        (await CallAsync(service)).ShouldBe("secret-after-the-keys");
        (await ChangesAsync(4)).Select(c => c.Type).ShouldBe(["key.create", "key.rotate", "key.rewrap", "key.retire"], ignoreOrder: true);

        string KeyFileOfService() => _directory.File("of-the-service.json");
    }

    private async Task StartTreeAsync(ServiceProcess service)
    {
        using var rest = new RestClient(service.Rest, Token());
        (await rest.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "kept", input = new { apiToken = Secret, apiUrl = _api.Address } })).Status.ShouldBe(HttpStatusCode.Created);
        await TokenTrees.BecomesAsync(service.Grpc, Token(), "kept", 1);
    }

    /// <summary>Secrets of other trees, put into the service's vault beside it.</summary>
    private async Task FillAsync(int secrets)
    {
        await using var vault = await CredentialVault.OpenAsync(new() { Path = Path.Combine(_directory.File("data"), "vault.db"), KeyEncryption = await KeyRing.OpenAsync(KeyFile) });
        for (var i = 0; i < secrets; i++)
            await vault.SetAsync(new() { Owner = new("acme", $"tree-{i}", "alice"), Name = "t", Value = new Secret($"filled-{i}"), Hosts = AllowedHosts.None });
    }

    /// <summary>Asks or changes the vault's file past the program; the number it answers, or zero.</summary>
    private async Task<long> SqlAsync(string text)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.File("data"), "vault.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }

    private async Task<string?> CallAsync(ServiceProcess service)
    {
        await using var client = await TokenTrees.ConnectAsync(service.Grpc, Token());
        await client.GetWorkflowHandle("kept").ExecuteUpdateAsync<string>("call", []).WaitAsync(Patience.Limit, TimeProvider.System);
        return _api.LastToken;
    }

    private string Token() => _identities.Token("alice", "acme", t => t.Claims["scope"] = "token:rotate");

    private Task<(int ExitCode, string Output, string Error)> CommandAsync(params string[] arguments) =>
        ServiceProcess.CaptureAsync(_directory, _settings, ["vault-keys", .. arguments, "--data-directory", _directory.File("data")]);

    private async Task<IReadOnlyList<string>> KeysAsync() => (await KeyRing.OpenAsync(KeyFile)).KeyIds;

    private Task<List<AuditEntry>> ChangesAsync(int count) => Patience.UntilAsync(
        async () => (await Ledger.ReadAsync(_directory, AuditLedger.SystemTenant)).Where(e => e.Type.StartsWith("key.", StringComparison.Ordinal)).ToList() is var changes && changes.Count >= count ? changes : null,
        "the changes of keys to be recorded");
}
