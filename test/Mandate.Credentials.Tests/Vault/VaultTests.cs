using System.Text;
using Mandate.Credentials.Vault;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>What holds on every store; derived once a store.</summary>
public abstract partial class VaultTests
{
    private static readonly CredentialOwner Owner = VaultFixture.Owner;
    private static readonly Uri Target = VaultFixture.Target;

    private protected abstract Task<VaultFixture> CreateAsync();

    [Fact]
    public async Task Redeem_SetSecret_GivesItForItsReference()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();

        var reference = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        var redeemed = await vault.RedeemAsync(Owner, reference, Target);

        reference.Epoch.ShouldBe(1);
        redeemed.Value.Reveal().ShouldBe("first-secret");
        redeemed.Reference.ShouldBe(reference);
    }

    [Fact]
    public async Task Redeem_CallerThatWipesTheSecret_TakesItFromNobodyElse()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var reference = await vault.SetAsync(VaultFixture.Setting("first-secret"));

        using (var first = (await vault.RedeemAsync(Owner, reference, Target)).Value)
            first.Reveal().ShouldBe("first-secret");

        (await vault.RedeemAsync(Owner, reference, Target)).Value.Reveal().ShouldBe("first-secret");
    }

    [Fact]
    public async Task Redeem_OldReferenceAfterRotation_GivesTheNewestAtOnce()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var first = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        await vault.RedeemAsync(Owner, first, Target);

        var second = await vault.SetAsync(VaultFixture.Setting("second-secret"));
        var redeemed = await vault.RedeemAsync(Owner, first, Target);

        redeemed.Value.Reveal().ShouldBe("second-secret");
        redeemed.Reference.ShouldBe(second);
        second.Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task Redeem_AnotherMachineHasRotated_SeesItAfterTheCacheTimeOrWithANewerReference()
    {
        await using var fixture = await CreateAsync();
        var here = await fixture.OpenAsync();
        var there = await fixture.OpenAsync();
        var first = await here.SetAsync(VaultFixture.Setting("first-secret"));
        await here.RedeemAsync(Owner, first, Target);

        var second = await there.SetAsync(VaultFixture.Setting("second-secret"));

        (await here.RedeemAsync(Owner, first, Target)).Value.Reveal().ShouldBe("first-secret");
        (await here.RedeemAsync(Owner, second, Target)).Value.Reveal().ShouldBe("second-secret");
        await there.SetAsync(VaultFixture.Setting("third-secret"));
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        (await here.RedeemAsync(Owner, first, Target)).Value.Reveal().ShouldBe("third-secret");
    }

    [Fact]
    public async Task Redeem_MadeUpOrForeignReference_IsUnknown()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var reference = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        await vault.RedeemAsync(Owner, reference, Target);

        foreach (var made in (CredentialReference[])[reference with { Fingerprint = new string('0', 32) }, reference with { Epoch = 2 }, reference with { Name = "other" }, reference with { Name = "" }])
            await ShouldFailAsync(vault, Owner, made, CredentialErrorKind.Unknown);
        foreach (var owner in (CredentialOwner[])[Owner with { Tenant = "other" }, Owner with { Tree = "other" }, Owner with { User = "bob" }])
            await ShouldFailAsync(vault, owner, reference, CredentialErrorKind.Unknown);
    }

    [Theory]
    [InlineData("https://evil.example.com/")]
    [InlineData("http://api.example.com/")]
    [InlineData("https://api.example.com:8443/")]
    [InlineData("https://api.example.com.evil.com/")]
    [InlineData("https://api.example.com@evil.com/")]
    public async Task Redeem_HostThatIsNotAllowed_IsRefusedWithoutTheSecret(string target)
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var reference = await vault.SetAsync(VaultFixture.Setting("first-secret"));

        var error = await Should.ThrowAsync<CredentialException>(async () => await vault.RedeemAsync(Owner, reference, new Uri(target)));

        error.Kind.ShouldBe(CredentialErrorKind.HostNotAllowed);
        error.Message.ShouldContain("https://api.example.com");
        error.ToString().ShouldNotContain("first-secret");
    }

    [Fact]
    public async Task Redeem_RevokedOrExpired_IsRefusedUntilANewOneIsSet()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var first = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        await vault.RedeemAsync(Owner, first, Target);

        var revoked = await vault.RevokeAsync(Owner, "sync");
        revoked.Epoch.ShouldBe(2);
        await ShouldFailAsync(vault, Owner, first, CredentialErrorKind.Revoked);
        await ShouldFailAsync(vault, Owner, revoked, CredentialErrorKind.Revoked);

        var third = await vault.SetAsync(VaultFixture.Setting("third-secret") with { ExpiresAt = fixture.Time.GetUtcNow() + TimeSpan.FromMinutes(1), Hosts = null });
        (await vault.RedeemAsync(Owner, first, Target)).Reference.ShouldBe(third);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await ShouldFailAsync(vault, Owner, third, CredentialErrorKind.Expired);
    }

    [Fact]
    public async Task Set_NameThatAnotherUserHas_IsAnotherCredentialAndNeitherReachesTheOther()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var bob = Owner with { User = "bob" };
        var ofAlice = await vault.SetAsync(VaultFixture.Setting("secret-of-alice"));
        await vault.SetAsync(VaultFixture.Setting("secret-of-alice-2"));

        // A workflow id that alice's ended workflow had, and that bob's has now.
        var ofBob = await vault.SetAsync(VaultFixture.Setting("secret-of-bob", owner: bob));

        ofBob.Epoch.ShouldBe(1);
        (await vault.RedeemAsync(bob, ofBob, Target)).Value.Reveal().ShouldBe("secret-of-bob");
        (await vault.RedeemAsync(Owner, ofAlice, Target)).Value.Reveal().ShouldBe("secret-of-alice-2");
        await ShouldFailAsync(vault, bob, ofAlice, CredentialErrorKind.Unknown);
        await ShouldFailAsync(vault, Owner, ofBob, CredentialErrorKind.Unknown);
        (await Should.ThrowAsync<CredentialException>(() => vault.NarrowAsync(bob, ofAlice, "child", hosts: null, []))).Kind.ShouldBe(CredentialErrorKind.Unknown);
        await vault.RevokeAsync(bob, "sync");
        (await vault.RedeemAsync(Owner, ofAlice, Target)).Value.Reveal().ShouldBe("secret-of-alice-2");
        await vault.RemoveTreeAsync("acme", "sync");
        (await vault.FindAsync(bob, "sync")).ShouldBeNull();
    }

    [Fact]
    public async Task Redeem_ReferenceFromBeforeTheTreeWasRemoved_IsUnknownToTheOneThatFollows()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var before = await vault.SetAsync(VaultFixture.Setting("same-secret"));
        await vault.RemoveTreeAsync("acme", "sync");

        var after = await vault.SetAsync(VaultFixture.Setting("same-secret"));

        after.Epoch.ShouldBe(before.Epoch);
        await ShouldFailAsync(vault, Owner, before, CredentialErrorKind.Unknown);
    }

    [Fact]
    public async Task Set_ManyAtOnce_GivesEachItsEpoch()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();

        var references = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => vault.SetAsync(VaultFixture.Setting($"secret-{i}"))));

        references.Select(r => r.Epoch).Order().ShouldBe(Enumerable.Range(1, 20).Select(i => (long)i));
    }

    [Fact]
    public async Task Redeem_AfterAReopen_StillWorks()
    {
        await using var fixture = await CreateAsync();
        var reference = await (await fixture.OpenAsync()).SetAsync(VaultFixture.Setting("first-secret"));

        var redeemed = await (await fixture.OpenAsync()).RedeemAsync(Owner, reference, Target);

        redeemed.Value.Reveal().ShouldBe("first-secret");
    }

    [Fact]
    public async Task Fingerprint_SameSecret_DiffersByPlaceAndEpochAndTellsNothing()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();

        var fingerprints = new[]
        {
            await vault.SetAsync(VaultFixture.Setting("1234")),
            await vault.SetAsync(VaultFixture.Setting("1234")),
            await vault.SetAsync(VaultFixture.Setting("1234", name: "other")),
            await vault.SetAsync(VaultFixture.Setting("1234", owner: Owner with { Tree = "other" })),
        }.Select(r => r.Fingerprint).ToList();

        fingerprints.Distinct().Count().ShouldBe(4);
        fingerprints.ShouldAllBe(f => f.Length == 32);
        // Without the key nobody can try secrets against it: an unkeyed hash of the secret, alone or with what is known, is not it.
        var guesses = new[] { "1234", "sync1234", "acme/sync/sync/1/1234" }.Select(g => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(g)))[..32]);
        fingerprints.ShouldNotContain(f => guesses.Contains(f));
    }

    [Fact]
    public async Task RemoveTree_ItsCredentials_AreGone()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var reference = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        var other = await vault.SetAsync(VaultFixture.Setting("other-secret", owner: Owner with { Tree = "other" }));

        await vault.RemoveTreeAsync("acme", "sync");

        await ShouldFailAsync(vault, Owner, reference, CredentialErrorKind.Unknown);
        (await vault.RedeemAsync(Owner with { Tree = "other" }, other, Target)).Value.Reveal().ShouldBe("other-secret");
    }

    private static async Task ShouldFailAsync(CredentialVault vault, CredentialOwner owner, CredentialReference reference, CredentialErrorKind kind) =>
        (await Should.ThrowAsync<CredentialException>(async () => await vault.RedeemAsync(owner, reference, Target))).Kind.ShouldBe(kind);
}
