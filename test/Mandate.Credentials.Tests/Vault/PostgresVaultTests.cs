using Mandate.Audit.Tests;
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
}
