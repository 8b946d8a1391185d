using Mandate.Audit.Tests;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Npgsql;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>The store that several machines share.</summary>
public sealed class PostgresVaultTests(PostgresServer server) : VaultTests, IClassFixture<PostgresServer>, IAsyncLifetime
{
    private readonly List<NpgsqlDataSource> _others = [];
    private NpgsqlDataSource _database = null!;

    public Task InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(server.CreateDatabase());
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var database in _others.Append(_database))
            await database.DisposeAsync();
    }

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

    [Fact]
    public async Task Schema_WhatIsCreated_IsTheTablesAndTheirUniqueKeysAndNothingForEverybody()
    {
        await using var fixture = await CreateAsync();
        await fixture.OpenAsync();

        (await QueryAsync("SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid::regclass::text LIKE 'mandate_vault_%' AND indisunique ORDER BY 1")).ShouldBe(
        [
            "mandate_vault_credentials_pkey", "mandate_vault_fingerprint_key", "mandate_vault_key_changes_pkey", "mandate_vault_keys_pkey", "mandate_vault_retired_keys_pkey",
        ]);
        (await QueryAsync("SELECT table_name::text FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_name LIKE 'mandate_vault_%'")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("INSERT INTO mandate_vault_keys SELECT 'another', purpose, kek_id, wrapped, created FROM mandate_vault_keys WHERE purpose = 'fingerprint'", "mandate_vault_fingerprint_key")]
    [InlineData("INSERT INTO mandate_vault_keys SELECT * FROM mandate_vault_keys WHERE purpose = 'data'", "mandate_vault_keys_pkey")]
    [InlineData("INSERT INTO mandate_vault_credentials SELECT * FROM mandate_vault_credentials", "mandate_vault_credentials_pkey")]
    public async Task Schema_SecondOfWhatMayExistOnce_IsRefusedByTheDatabase(string statement, string rule)
    {
        await using var fixture = await CreateAsync();
        await (await fixture.OpenAsync()).SetAsync(VaultFixture.Setting("first-secret"));

        var refused = await Should.ThrowAsync<PostgresException>(() => QueryAsync(statement));

        (refused.SqlState, refused.ConstraintName).ShouldBe((PostgresErrorCodes.UniqueViolation, rule));
    }

    [Fact]
    public async Task Role_ThatMayReadAndWriteRowsAlone_CanDoAllButCreate()
    {
        await using var fixture = await CreateAsync();
        var role = await RoleAsync();
        await using var restricted = new VaultFixture { Postgres = role.Database };
        (await Should.ThrowAsync<CredentialException>(() => restricted.OpenAsync())).InnerException!.Message.ShouldContain("permission denied");
        var ring = await KeyRing.OpenAsync(fixture.KeyFile, createWhenMissing: true);
        await fixture.OpenAsync(keys: ring);
        await QueryAsync($"GRANT SELECT, INSERT, UPDATE, DELETE ON mandate_vault_keys, mandate_vault_credentials, mandate_vault_retired_keys, mandate_vault_key_changes TO {role.Name}");

        var vault = await restricted.OpenAsync(keys: ring, cacheFor: TimeSpan.Zero);
        var reference = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        var old = ring.CurrentKeyId;
        await vault.Keys.AddKeyAsync(ring, "olivia");
        (await vault.Keys.RewrapAsync("olivia")).Secrets.ShouldBe(1);
        await vault.Keys.RetireAsync(ring, old, "olivia");
        (await vault.RedeemAsync(VaultFixture.Owner, reference, VaultFixture.Target)).Value.Reveal().ShouldBe("first-secret");
        (await vault.Keys.ChangesAsync()).Count.ShouldBe(4);
        await vault.RemoveTreeAsync(VaultFixture.Owner.Tenant, VaultFixture.Owner.Tree);
    }

    [Fact]
    public async Task Role_OfAnybodyElse_ReadsAndChangesNothing()
    {
        await using var fixture = await CreateAsync();
        await (await fixture.OpenAsync()).SetAsync(VaultFixture.Setting("first-secret"));
        var stranger = await RoleAsync();
        foreach (var statement in (string[])
            ["SELECT sealed FROM mandate_vault_credentials", "SELECT wrapped FROM mandate_vault_keys", "DELETE FROM mandate_vault_credentials", "UPDATE mandate_vault_keys SET kek_id = 'x'", "INSERT INTO mandate_vault_retired_keys VALUES ('x', 1)", "DROP TABLE mandate_vault_keys"])
        {
            await using var command = stranger.Database.CreateCommand(statement);
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, statement);
        }

        await using var other = new VaultFixture { Postgres = stranger.Database };
        (await Should.ThrowAsync<CredentialException>(async () => await other.OpenAsync(keys: await KeyRing.OpenAsync(fixture.KeyFile)))).InnerException!.Message.ShouldContain("permission denied");
    }

    [Fact]
    public async Task Open_DatabaseThatIsNotThere_NamesNoHostUserOrDatabaseExceptInTheLog()
    {
        await using var database = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Database=secret-place;Username=secret-name;Timeout=2");
        await using var fixture = new VaultFixture { Postgres = database };

        var error = await Should.ThrowAsync<CredentialException>(() => fixture.OpenAsync());
        var missing = new NpgsqlConnectionStringBuilder(server.CreateDatabase()) { Database = "secret-place" };
        await using var elsewhere = NpgsqlDataSource.Create(missing.ToString());
        await using var other = new VaultFixture { Postgres = elsewhere };
        var refused = await Should.ThrowAsync<CredentialException>(() => other.OpenAsync());

        error.Message.ShouldBe("The credential vault's store cannot be used now (no connection). The log of the service says more.");
        refused.Message.ShouldBe("The credential vault's store cannot be used now (SQLSTATE 3D000). The log of the service says more.");
        other.Loggers.Lines.ShouldContain(l => l.Contains("secret-place"), "the operator is told");
    }

    /// <summary>A role that may connect to the database and do nothing in it.</summary>
    private async Task<(string Name, NpgsqlDataSource Database)> RoleAsync()
    {
        var name = $"role_{Guid.NewGuid():N}";
        await QueryAsync($"CREATE ROLE {name} LOGIN");
        var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = name, Pooling = false });
        _others.Add(database);
        return (name, database);
    }
}
