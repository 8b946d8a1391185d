using System.Text;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>The embedded store, and what is particular to files.</summary>
public sealed class SqliteVaultTests : VaultTests
{
    private protected override Task<VaultFixture> CreateAsync() => Task.FromResult(new VaultFixture());

    [Fact]
    public async Task Store_ItsFiles_HoldNoSecretAndNoKey()
    {
        await using var fixture = new VaultFixture();
        var vault = await fixture.OpenAsync();
        await vault.SetAsync(VaultFixture.Setting("canary-secret-1"));
        await vault.SetAsync(VaultFixture.Setting("canary-secret-2"));

        var stored = fixture.StoredBytes().AsSpan();

        stored.IndexOf("canary-secret"u8).ShouldBe(-1);
        stored.IndexOf(Encoding.Unicode.GetBytes("canary-secret")).ShouldBe(-1);
        stored.IndexOf("api.example.com"u8).ShouldBeGreaterThan(0, "what is no secret is found there, so the look was at the right bytes");
    }

    [Fact]
    public async Task RotateKeys_NewKeyInTheRing_SealsEverythingUnderIt()
    {
        await using var fixture = new VaultFixture();
        var keys = await KeyRing.OpenAsync(fixture.KeyFile, createWhenMissing: true);
        var vault = await fixture.OpenAsync(keys: keys);
        var first = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        var second = await vault.SetAsync(VaultFixture.Setting("second-secret", name: "other"));
        var old = keys.CurrentKeyId;

        await keys.AddKeyAsync();
        (await vault.RotateKeysAsync()).ShouldBe(2);

        fixture.StoredBytes().AsSpan().IndexOf(Encoding.UTF8.GetBytes(keys.CurrentKeyId)).ShouldBeGreaterThan(0);
        var ring = await File.ReadAllTextAsync(fixture.KeyFile);
        var withoutOld = System.Text.Json.Nodes.JsonNode.Parse(ring)!;
        withoutOld["keys"]!.AsArray().RemoveAt(0);
        ring.ShouldContain(old);
        var reopened = await fixture.OpenAsync(keys: KeyRing.Parse(new Secret(withoutOld.ToJsonString())), cacheFor: TimeSpan.Zero);
        (await reopened.RedeemAsync(VaultFixture.Owner, first, VaultFixture.Target)).Value.Reveal().ShouldBe("first-secret");
        (await reopened.RedeemAsync(VaultFixture.Owner, second, VaultFixture.Target)).Value.Reveal().ShouldBe("second-secret");
    }

    [Fact]
    public async Task Rewrap_InterruptedWhileItSeals_IsFinishedByTheNext()
    {
        await using var fixture = new VaultFixture();
        var ring = await KeyRing.OpenAsync(fixture.KeyFile, createWhenMissing: true);
        var vault = await fixture.OpenAsync(keys: ring);
        for (var i = 0; i < 150; i++)
            await vault.SetAsync(VaultFixture.Setting($"secret-{i}", name: $"name-{i:D3}"));
        var old = ring.CurrentKeyId;
        await vault.Keys.AddKeyAsync(ring, "olivia");
        await ExecuteAsync(fixture, "CREATE TRIGGER stop BEFORE UPDATE ON mandate_vault_credentials WHEN NEW.name = 'name-120' BEGIN SELECT RAISE(ABORT, 'interrupted'); END");

        (await Should.ThrowAsync<CredentialException>(() => vault.Keys.RewrapAsync("olivia"))).InnerException!.Message.ShouldContain("interrupted");
        (await Should.ThrowAsync<KeyRingException>(() => vault.Keys.RetireAsync(ring, old, "olivia"))).Message.ShouldContain("50 secrets", customMessage: "the first hundred are through");
        await ExecuteAsync(fixture, "DROP TRIGGER stop");
        var finished = await (await fixture.OpenAsync()).Keys.RewrapAsync("olivia");

        finished.Secrets.ShouldBe(50);
        await vault.Keys.RetireAsync(ring, old, "olivia");
        var fresh = await fixture.OpenAsync(keys: await KeyRing.OpenAsync(fixture.KeyFile));
        var reference = (await fresh.FindAsync(VaultFixture.Owner, "name-120"))!.Reference;
        (await fresh.RedeemAsync(VaultFixture.Owner, reference, VaultFixture.Target)).Value.Reveal().ShouldBe("secret-120");
    }

    [Fact]
    public async Task Rewrap_SecretThatWasChanged_IsCountedAndHoldsNoKeyBack()
    {
        await using var fixture = new VaultFixture();
        var ring = await KeyRing.OpenAsync(fixture.KeyFile, createWhenMissing: true);
        var vault = await fixture.OpenAsync(keys: ring);
        await vault.SetAsync(VaultFixture.Setting("first-secret", name: "changed"));
        var good = await vault.SetAsync(VaultFixture.Setting("second-secret"));
        var old = ring.CurrentKeyId;
        await ExecuteAsync(fixture, "UPDATE mandate_vault_credentials SET sealed = zeroblob(60) WHERE name = 'changed'");

        await vault.Keys.AddKeyAsync(ring, "olivia");
        var done = await vault.Keys.RewrapAsync("olivia");
        fixture.Time.Advance(TimeSpan.FromHours(2));
        await vault.Keys.RewrapAsync("olivia");
        await vault.Keys.RetireAsync(ring, old, "olivia");

        (done.Secrets, done.Unreadable).ShouldBe((1, 1));
        (await vault.Keys.UsesAsync()).ShouldBe([new KeyUse(ring.CurrentKeyId, 3, 2)], "the data key of what was changed is kept: what was there may come back from a backup");
        (await vault.RedeemAsync(VaultFixture.Owner, good, VaultFixture.Target)).Value.Reveal().ShouldBe("second-secret");
    }

    [Fact]
    public async Task Open_VaultFromBeforeKeysCouldBeRetired_GetsWhatIsMissingAndKeepsItsSecrets()
    {
        await using var fixture = new VaultFixture();
        var reference = await (await fixture.OpenAsync()).SetAsync(VaultFixture.Setting("first-secret"));
        await ExecuteAsync(fixture, "DROP TABLE mandate_vault_retired_keys; DROP TABLE mandate_vault_key_changes");

        var vault = await fixture.OpenAsync();

        (await vault.RedeemAsync(VaultFixture.Owner, reference, VaultFixture.Target)).Value.Reveal().ShouldBe("first-secret");
        (await vault.Keys.ChangesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_VaultOfAnEarlierBuild_SaysSoAndTouchesNothing()
    {
        await using var fixture = new VaultFixture();
        await (await fixture.OpenAsync()).SetAsync(VaultFixture.Setting("first-secret"));
        await ExecuteAsync(fixture, "ALTER TABLE mandate_vault_credentials DROP COLUMN salt");
        var before = fixture.StoredBytes().Length;

        var error = await Should.ThrowAsync<Mandate.Credentials.Vault.CredentialException>(() => fixture.OpenAsync());

        error.Kind.ShouldBe(Mandate.Credentials.Vault.CredentialErrorKind.NotConfigured);
        error.Message.ShouldContain("earlier build");
        fixture.StoredBytes().Length.ShouldBe(before);
    }

    [Fact]
    public async Task Store_ManyRotations_KeepsNothingOfTheEpochsBefore()
    {
        await using var fixture = new VaultFixture();
        var vault = await fixture.OpenAsync();
        var first = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        await vault.PrepareAsync(VaultFixture.Setting("never-confirmed"));
        for (var i = 0; i < 200; i++)
            await vault.SetAsync(VaultFixture.Setting($"secret-{i:000}"));
        fixture.StoredBytes().AsSpan().IndexOf("never-confirmed"u8).ShouldBe(-1);
        // That it was on its way is kept in mind for an hour.
        fixture.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1));
        await vault.SetAsync(VaultFixture.Setting("last-secret"));

        (await RowsAsync(fixture)).ShouldBe(["mandate_vault_credentials 1", "mandate_vault_key_changes 0", "mandate_vault_keys 2", "mandate_vault_retired_keys 0"]);
        (await vault.RedeemAsync(VaultFixture.Owner, first, VaultFixture.Target)).Reference.Epoch.ShouldBe(203, "the first reference is as good as the last");
    }

    [Fact]
    public async Task Redeem_StoreThatCannotBeUsed_SaysNothingOfWhereItIsExceptInTheLog()
    {
        await using var fixture = new VaultFixture();
        var vault = await fixture.OpenAsync(cacheFor: TimeSpan.Zero);
        var reference = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        await ExecuteAsync(fixture, "ALTER TABLE mandate_vault_credentials RENAME TO somewhere_secret");

        var error = await Should.ThrowAsync<Mandate.Credentials.Vault.CredentialException>(async () => await vault.RedeemAsync(VaultFixture.Owner, reference, VaultFixture.Target));

        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldBe("The credential vault's store cannot be used now (SQLite 1). The log of the service says more.");
        fixture.Loggers.Lines.ShouldContain(l => l.Contains("mandate_vault_credentials"), "the operator is told");
    }

    [Fact]
    public async Task AddKey_ByManyAtOnce_NoneIsLost()
    {
        await using var fixture = new VaultFixture();
        await KeyRing.OpenAsync(fixture.KeyFile, createWhenMissing: true);
        var rings = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => KeyRing.OpenAsync(fixture.KeyFile)));

        var added = await Task.WhenAll(rings.Select(r => Task.Run(() => r.AddKeyAsync())));

        (await KeyRing.OpenAsync(fixture.KeyFile)).KeyIds.Order().ShouldBe(added.Append(rings[0].KeyIds[0]).Order());
    }

    [Fact]
    public async Task Open_KeyRingWithoutTheKey_SaysWhichKeyIsMissing()
    {
        await using var fixture = new VaultFixture();
        await (await fixture.OpenAsync()).SetAsync(VaultFixture.Setting("first-secret"));
        var id = (await KeyRing.OpenAsync(fixture.KeyFile)).CurrentKeyId;
        File.Delete(fixture.KeyFile);

        (await Should.ThrowAsync<KeyRingException>(() => fixture.OpenAsync())).Message.ShouldContain(id);
        File.Delete(fixture.KeyFile);
        (await Should.ThrowAsync<KeyRingException>(() => KeyRing.OpenAsync(fixture.KeyFile))).Message.ShouldContain("missing");
    }

    [Fact]
    public async Task Open_KeyRingThatOthersMayRead_IsRefused()
    {
        await using var fixture = new VaultFixture();
        await KeyRing.OpenAsync(fixture.KeyFile, createWhenMissing: true);
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(fixture.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        (await Should.ThrowAsync<KeyRingException>(() => KeyRing.OpenAsync(fixture.KeyFile))).Message.ShouldContain("chmod 600");
    }

    [Theory]
    [InlineData("UPDATE mandate_vault_credentials SET sealed = (SELECT sealed FROM mandate_vault_credentials WHERE name = 'other') WHERE name = 'sync'")]
    [InlineData("UPDATE mandate_vault_credentials SET epoch = 7 WHERE name = 'sync'")]
    [InlineData("UPDATE mandate_vault_credentials SET sealed = (SELECT sealed FROM mandate_vault_credentials WHERE user_id = 'bob') WHERE user_id = 'alice' AND name = 'sync'")]
    [InlineData("UPDATE mandate_vault_credentials SET tree = 'x' WHERE name = 'other'; UPDATE mandate_vault_credentials SET sealed = x'0102' WHERE name = 'sync'")]
    [InlineData("""UPDATE mandate_vault_credentials SET hosts = '["https://api.example.com","https://evil.example"]' WHERE name = 'sync'""")]
    [InlineData("UPDATE mandate_vault_credentials SET expires_at = 4102444800000 WHERE name = 'sync'")]
    public async Task Redeem_RowThatWasChanged_IsNoticed(string change)
    {
        await using var fixture = new VaultFixture();
        var vault = await fixture.OpenAsync(cacheFor: TimeSpan.Zero);
        var reference = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        await vault.SetAsync(VaultFixture.Setting("other-secret", name: "other"));
        await vault.SetAsync(VaultFixture.Setting("secret-of-bob", owner: VaultFixture.Owner with { User = "bob" }));
        await ExecuteAsync(fixture, change);

        var error = await Should.ThrowAsync<Mandate.Credentials.Vault.CredentialException>(async () => await vault.RedeemAsync(VaultFixture.Owner, reference, VaultFixture.Target));

        error.Message.ShouldContain("was changed in the vault's store");
    }

    /// <summary>Changes the store past the vault.</summary>
    private static async Task ExecuteAsync(VaultFixture fixture, string change)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={fixture.StorePath}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = change;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every table with the number of its rows.</summary>
    private static async Task<IReadOnlyList<string>> RowsAsync(VaultFixture fixture)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={fixture.StorePath}");
        await connection.OpenAsync();
        var rows = new List<string>();
        foreach (var table in await ReadAsync("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
            rows.Add($"{table} {(await ReadAsync($"SELECT COUNT(*) FROM {table}"))[0]}");
        return rows;

        async Task<IReadOnlyList<string>> ReadAsync(string text)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = text;
            await using var reader = await command.ExecuteReaderAsync();
            var values = new List<string>();
            while (await reader.ReadAsync())
                values.Add(reader.GetValue(0).ToString()!);
            return values;
        }
    }
}
