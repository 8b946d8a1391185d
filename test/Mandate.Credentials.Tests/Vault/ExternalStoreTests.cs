using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Mandate.Testing;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>What the vault takes from elsewhere: tokens and keys from a secret store, narrower tokens from a provider; and keys that another process has changed.</summary>
public sealed class ExternalStoreTests
{
    private static readonly CredentialOwner Owner = VaultFixture.Owner;

    [Fact]
    public async Task Renew_FromASecretStore_FollowsItWithoutARotationWhereNothingChanged()
    {
        await using var fixture = new VaultFixture();
        using var directory = new TemporaryDirectory();
        var file = directory.File("secrets.json");
        await File.WriteAllTextAsync(file, """{"crm":{"token":"stored-token-1\n","other":"x"}}""");
        var source = new SecretStoreTokenSource(new JsonFileSecretStore(file), "crm", "token", TimeSpan.FromMinutes(5), fixture.Time);
        var vault = await fixture.OpenAsync(new Dictionary<string, CredentialSource> { ["crm"] = new(source, VaultFixture.Hosts, []) });

        var first = await vault.RenewAsync(Owner, "sync", "crm");
        fixture.Time.Advance(TimeSpan.FromMinutes(5));
        var same = await vault.RenewAsync(Owner, "sync", "crm", first.Reference);
        await File.WriteAllTextAsync(file, """{"crm":{"token":"stored-token-2","other":"x"}}""");
        var second = await vault.RenewAsync(Owner, "sync", "crm", first.Reference);

        first.ExpiresAt.ShouldBeNull();
        same.Reference.ShouldBe(first.Reference);
        same.RenewAt.ShouldBe(fixture.Time.GetUtcNow() + TimeSpan.FromMinutes(5), "it is looked at again then, and not at once");
        second.Reference.Epoch.ShouldBe(2);
        (await vault.RedeemAsync(Owner, first.Reference, VaultFixture.Target)).Value.Reveal().ShouldBe("stored-token-2");
    }

    [Theory]
    [InlineData("""{"other":"x"}""", null, "no secret 'crm'")]
    [InlineData("""{"crm":{"a":"canary-1","b":"canary-2"}}""", null, "2 values")]
    [InlineData("""{"crm":{"a":"canary-1"}}""", "token", "no value 'token'")]
    [InlineData("""{"crm":"canary with spaces"}""", null, "no token")]
    public async Task GetToken_StoreWithoutAToken_SaysWhatIsMissingAndNoValue(string content, string? key, string expected)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("secrets.json");
        await File.WriteAllTextAsync(file, content);

        var error = await Should.ThrowAsync<TokenException>(async () => await new SecretStoreTokenSource(new JsonFileSecretStore(file), "crm", key, TimeSpan.FromMinutes(5)).GetTokenAsync());

        error.Message.ShouldContain(expected);
        error.Message.ShouldNotContain("canary");
        error.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task Narrow_ByTokenExchange_AsksForTheScopesOncePerToken()
    {
        await using var fixture = new VaultFixture();
        var provider = ProviderFixture.Issuing();
        using var narrower = new TokenExchangeNarrower(ProviderFixture.Options(), provider.Handler, fixture.Time);
        var vault = await fixture.OpenAsync(narrower: narrower, cacheFor: TimeSpan.Zero);
        var wide = await vault.SetAsync(VaultFixture.Setting("wide-token-1"));
        var narrow = await vault.NarrowAsync(Owner, wide, "child", hosts: null, ["read", "list"]);

        (await vault.RedeemAsync(Owner, narrow, VaultFixture.Target)).Value.Reveal().ShouldBe("token-1");
        (await vault.RedeemAsync(Owner, narrow, VaultFixture.Target)).Value.Reveal().ShouldBe("token-1");
        await vault.SetAsync(VaultFixture.Setting("wide-token-2"));
        (await vault.RedeemAsync(Owner, narrow, VaultFixture.Target)).Value.Reveal().ShouldBe("token-2");

        provider.Handler.Received.Count.ShouldBe(2);
        var form = provider.Handler.Received[0].Form;
        form["grant_type"].ShouldBe("urn:ietf:params:oauth:grant-type:token-exchange");
        form["subject_token"].ShouldBe("wide-token-1");
        form["subject_token_type"].ShouldBe(SubjectToken.AccessToken);
        form["scope"].ShouldBe("read list");
        (await Should.ThrowAsync<TokenException>(async () => await narrower.NarrowAsync(new("wide-token-1"), ["read admin"], CancellationToken.None))).Kind.ShouldBe(TokenErrorKind.Refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeyRing_FromASecretStore_OpensTheVault(bool asObject)
    {
        await using var fixture = new VaultFixture();
        var reference = await (await fixture.OpenAsync()).SetAsync(VaultFixture.Setting("first-secret"));
        using var directory = new TemporaryDirectory();
        var ring = await File.ReadAllTextAsync(fixture.KeyFile);
        var store = new JsonFileSecretStore(directory.File("secrets.json"));
        await File.WriteAllTextAsync(directory.File("secrets.json"), $$"""{"vault-keys":{{(asObject ? ring : System.Text.Json.JsonSerializer.Serialize(ring))}},"wrong":"canary"}""");

        var vault = await fixture.OpenAsync(keys: await KeyRing.OpenAsync(store, "vault-keys"));

        (await vault.RedeemAsync(Owner, reference, VaultFixture.Target)).Value.Reveal().ShouldBe("first-secret");
        (await Should.ThrowAsync<KeyRingException>(() => KeyRing.OpenAsync(store, "missing"))).Message.ShouldContain("no secret 'missing'");
        (await Should.ThrowAsync<KeyRingException>(() => KeyRing.OpenAsync(store, "wrong"))).Message.ShouldNotContain("canary");
    }

    [Fact]
    public async Task RotateKeys_ByAnotherProcess_WhatIsOpenFollows()
    {
        await using var fixture = new VaultFixture();
        var service = await fixture.OpenAsync(cacheFor: TimeSpan.Zero);
        var first = await service.SetAsync(VaultFixture.Setting("first-secret"));

        var keys = await KeyRing.OpenAsync(fixture.KeyFile);
        await keys.AddKeyAsync();
        var command = await fixture.OpenAsync(keys: keys);
        (await command.RotateKeysAsync()).ShouldBe(1);
        (await service.RedeemAsync(Owner, first, VaultFixture.Target)).Value.Reveal().ShouldBe("first-secret");
        var second = await service.SetAsync(VaultFixture.Setting("second-secret"));

        // It was sealed under the new key: nothing is left to do, and when old keys are removed it stays readable.
        fixture.Time.Advance(TimeSpan.FromHours(2));
        await keys.AddKeyAsync();
        await command.RotateKeysAsync();
        fixture.Time.Advance(TimeSpan.FromHours(2));
        await command.RotateKeysAsync();
        var reopened = await fixture.OpenAsync();
        (await reopened.RedeemAsync(Owner, second, VaultFixture.Target)).Value.Reveal().ShouldBe("second-secret");
        (await service.RedeemAsync(Owner, second, VaultFixture.Target)).Value.Reveal().ShouldBe("second-secret");
    }
}
