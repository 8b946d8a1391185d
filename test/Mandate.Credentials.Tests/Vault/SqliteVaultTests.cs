using System.Text;
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
    [InlineData("UPDATE mandate_vault_credentials SET epoch = 7 WHERE name = 'sync'; UPDATE mandate_vault_epochs SET epoch = 7 WHERE name = 'sync'")]
    [InlineData("UPDATE mandate_vault_credentials SET tree = 'x' WHERE name = 'other'; UPDATE mandate_vault_credentials SET sealed = x'0102' WHERE name = 'sync'")]
    public async Task Redeem_RowThatWasChanged_IsNoticed(string change)
    {
        await using var fixture = new VaultFixture();
        var vault = await fixture.OpenAsync(cacheFor: TimeSpan.Zero);
        var reference = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        await vault.SetAsync(VaultFixture.Setting("other-secret", name: "other"));
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={fixture.StorePath}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = change;
            await command.ExecuteNonQueryAsync();
        }

        var status = await vault.FindAsync(VaultFixture.Owner, "sync");
        var error = await Should.ThrowAsync<Mandate.Credentials.Vault.CredentialException>(async () => await vault.RedeemAsync(VaultFixture.Owner, status!.Reference with { Fingerprint = reference.Fingerprint }, VaultFixture.Target));

        error.Message.ShouldContain("was changed in the vault's store");
    }
}
