using Mandate.Audit.Tests;
using Mandate.Credentials.Vault.Keys;
using Npgsql;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>The store that several machines share.</summary>
public sealed class PostgresVaultTests(PostgresServer server) : VaultTests, IClassFixture<PostgresServer>, IAsyncLifetime
{
    private NpgsqlDataSource _database = null!;

    public Task InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(server.CreateDatabase());
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    private async Task<IReadOnlyList<string>> QueryAsync(string text)
    {
        var values = new List<string>();
        await using var command = _database.CreateCommand(text);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            values.Add(reader.GetString(0));
        return values;
    }

    private protected override Task<VaultFixture> CreateAsync() => Task.FromResult(new VaultFixture { Postgres = _database });

    [Fact]
    public async Task Open_TwoMachinesAtOnce_AgreeOnKeysAndEpochs()
    {
        await using var fixture = await CreateAsync();
        await fixture.OpenAsync();
        var vaults = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fixture.OpenAsync()));

        var references = await Task.WhenAll(vaults.SelectMany(v => Enumerable.Range(0, 10).Select(i => v.SetAsync(VaultFixture.Setting($"secret-{i}")))));

        references.Select(r => r.Epoch).Order().ShouldBe(Enumerable.Range(1, 40).Select(i => (long)i));
        foreach (var vault in vaults)
            (await vault.RedeemAsync(VaultFixture.Owner, references[0], VaultFixture.Target)).Reference.Epoch.ShouldBe(40);
    }

    [Fact]
    public async Task Open_ManyMachinesOnAnEmptyDatabase_OneCreatesItAndAllAgree()
    {
        await using var fixture = await CreateAsync();
        var keys = await KeyRing.OpenAsync(fixture.KeyFile, createWhenMissing: true);

        var vaults = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => fixture.OpenAsync(keys: keys))));

        var reference = await vaults[0].SetAsync(VaultFixture.Setting("first-secret"));
        foreach (var vault in vaults)
            (await vault.RedeemAsync(VaultFixture.Owner, reference, VaultFixture.Target)).Value.Reveal().ShouldBe("first-secret");
        (await QueryAsync("SELECT purpose || ' ' || COUNT(*) FROM mandate_vault_keys GROUP BY purpose ORDER BY purpose")).ShouldBe(["data 1", "fingerprint 1"]);
    }
}
