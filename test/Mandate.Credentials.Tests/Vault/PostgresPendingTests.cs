using Mandate.Audit.Tests;
using Npgsql;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>On the store that several machines share.</summary>
public sealed class PostgresPendingTests(PostgresServer server) : PendingTests, IClassFixture<PostgresServer>, IAsyncLifetime
{
    private NpgsqlDataSource _database = null!;

    public Task InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(server.CreateDatabase());
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    private protected override Task<VaultFixture> CreateAsync() => Task.FromResult(new VaultFixture { Postgres = _database });
}
