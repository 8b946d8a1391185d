using Mandate.Credentials.Vault;

namespace Mandate.Credentials.Tests.Vault;

/// <content>Credentials that give less than another.</content>
public abstract partial class VaultTests
{
    private static readonly AllowedHosts A = AllowedHosts.Parse(["a.example.com"]);
    private static readonly AllowedHosts B = AllowedHosts.Parse(["b.example.com"]);
    private static readonly AllowedHosts C = AllowedHosts.Parse(["c.example.com"]);
    private static readonly AllowedHosts AB = AllowedHosts.Parse(["a.example.com", "b.example.com"]);
    private static readonly AllowedHosts ABC = AllowedHosts.Parse(["a.example.com", "b.example.com", "c.example.com"]);

    [Fact]
    public async Task Narrow_ByHosts_FollowsTheWiderOne()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var both = AllowedHosts.Parse(["api.example.com", "files.example.com"]);
        var wider = await vault.SetAsync(VaultFixture.Setting("first-secret", hosts: both));

        var narrow = await vault.NarrowAsync(Owner, wider, "child", AllowedHosts.Parse(["files.example.com", "evil.example.com"]), []);
        (await vault.RedeemAsync(Owner, narrow, new Uri("https://files.example.com/"))).Value.Reveal().ShouldBe("first-secret");
        await ShouldFailAsync(vault, Owner, narrow, CredentialErrorKind.HostNotAllowed);

        var rotated = await vault.SetAsync(VaultFixture.Setting("second-secret", hosts: both));
        (await vault.RedeemAsync(Owner, narrow, new Uri("https://files.example.com/"))).Value.Reveal().ShouldBe("second-secret");
        var again = await vault.NarrowAsync(Owner, rotated, "child", AllowedHosts.Parse(["files.example.com"]), []);
        again.Epoch.ShouldBe(2);
        (await vault.NarrowAsync(Owner, rotated, "child", AllowedHosts.Parse(["files.example.com"]), [])).ShouldBe(again);

        await vault.RevokeAsync(Owner, "sync");
        (await Should.ThrowAsync<CredentialException>(async () => await vault.RedeemAsync(Owner, again, new Uri("https://files.example.com/")))).Kind.ShouldBe(CredentialErrorKind.Revoked);
    }

    [Fact]
    public async Task Narrow_ByScopes_ExchangesTheTokenOrSaysWhatIsMissing()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync(narrower: new JoiningNarrower());
        var wider = await vault.SetAsync(VaultFixture.Setting("wide"));

        var narrow = await vault.NarrowAsync(Owner, wider, "child", hosts: null, ["read"]);

        (await vault.RedeemAsync(Owner, narrow, Target)).Value.Reveal().ShouldBe("wide:read");
        var without = await fixture.OpenAsync();
        (await Should.ThrowAsync<CredentialException>(() => without.NarrowAsync(Owner, wider, "other", hosts: null, ["read"]))).Kind.ShouldBe(CredentialErrorKind.NotConfigured);
    }

    [Fact]
    public async Task Narrow_WhatIsNarrowedItself_GivesWhatEveryOneAboveAllows()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync(narrower: new JoiningNarrower());
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var middle = await vault.NarrowAsync(Owner, top, "middle", AB, ["read", "list"]);

        var leaf = await vault.NarrowAsync(Owner, middle, "leaf", AllowedHosts.Parse(["b.example.com", "c.example.com"]), ["list", "write"]);

        (await TokenAsync(vault, leaf, "b")).ShouldBe("wide:list");
        (await vault.NewestAsync(Owner, leaf)).Hosts.ShouldBe(B);
        await ShouldNotReachAsync(vault, leaf, "a");
        await ShouldNotReachAsync(vault, leaf, "c");
        (await TokenAsync(vault, middle, "a")).ShouldBe("wide:read list");
        // What changes at the top or in the middle holds below at once.
        await vault.SetAsync(VaultFixture.Setting("wider", hosts: ABC));
        (await TokenAsync(vault, leaf, "b")).ShouldBe("wider:list");
        await vault.NarrowAsync(Owner, top, "middle", A, ["list"]);
        await ShouldNotReachAsync(vault, leaf, "b");
        await vault.RevokeAsync(Owner, "middle");
        (await Should.ThrowAsync<CredentialException>(() => TokenAsync(vault, leaf, "b"))).Kind.ShouldBe(CredentialErrorKind.Revoked);
        (await vault.NewestAsync(Owner, leaf)).State.ShouldBe(CredentialState.Revoked);
        (await TokenAsync(vault, top, "a")).ShouldBe("wider");
    }

    [Fact]
    public async Task Narrow_ScopesThatNobodyAboveKeeps_IsRefusedRatherThanGivenAll()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync(narrower: new JoiningNarrower());
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var middle = await vault.NarrowAsync(Owner, top, "middle", hosts: null, ["read"]);
        var leaf = await vault.NarrowAsync(Owner, middle, "leaf", hosts: null, ["read"]);

        (await Should.ThrowAsync<CredentialException>(() => vault.NarrowAsync(Owner, middle, "other", hosts: null, ["write"]))).Kind.ShouldBe(CredentialErrorKind.NotConfigured);
        await vault.NarrowAsync(Owner, top, "middle", hosts: null, ["write"]);
        (await Should.ThrowAsync<CredentialException>(() => TokenAsync(vault, leaf, "a"))).Kind.ShouldBe(CredentialErrorKind.NotConfigured);
    }

    [Fact]
    public async Task Narrow_TheSameNameToLess_TakesBackWhatItHadBefore()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync(narrower: new JoiningNarrower());
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));

        var before = await vault.NarrowAsync(Owner, top, "child", AB, []);
        (await TokenAsync(vault, before, "b")).ShouldBe("wide");
        var less = await vault.NarrowAsync(Owner, top, "child", A, []);
        foreach (var reference in (CredentialReference[])[before, less])
            await ShouldNotReachAsync(vault, reference, "b");
        less.Epoch.ShouldBe(2);
        var scoped = await vault.NarrowAsync(Owner, top, "child", A, ["read"]);
        (await TokenAsync(vault, before, "a")).ShouldBe("wide:read");
        (await vault.NarrowAsync(Owner, top, "child", A, ["read"])).ShouldBe(scoped, "nothing has changed");
    }

    [Fact]
    public async Task Narrow_NameWithASecretOfItsOwn_KeepsIt()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var own = await vault.SetAsync(VaultFixture.Setting("own", name: "child", hosts: A));
        var narrow = await vault.NarrowAsync(Owner, top, "narrow", AB, []);

        foreach (var (wider, name) in ((CredentialReference, string)[])[(top, "child"), (top, "sync"), (narrow, "sync"), (narrow, "narrow")])
            (await Should.ThrowAsync<CredentialException>(() => vault.NarrowAsync(Owner, wider, name, A, []))).Kind.ShouldBe(CredentialErrorKind.NameTaken);
        (await TokenAsync(vault, own, "a")).ShouldBe("own");
        (await TokenAsync(vault, top, "a")).ShouldBe("wide");
        await vault.RevokeAsync(Owner, "child");
        (await Should.ThrowAsync<CredentialException>(() => vault.NarrowAsync(Owner, top, "child", A, []))).Kind.ShouldBe(CredentialErrorKind.NameTaken, "else its revocation would be undone");
        // One that was narrowed may get a secret of its own, and keeps the hosts it had unless others are named.
        await vault.SetAsync(VaultFixture.Setting("of-its-own", name: "narrow") with { Hosts = null });
        (await TokenAsync(vault, narrow, "b")).ShouldBe("of-its-own");
        await ShouldNotReachAsync(vault, narrow, "c");
    }

    [Fact]
    public async Task Narrow_OneThatWasRevoked_StaysRevokedUntilTheSecretIsSetAnew()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var narrow = await vault.NarrowAsync(Owner, top, "child", A, []);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var revoked = await vault.RevokeAsync(Owner, "child");

        (await vault.NarrowAsync(Owner, top, "child", A, [])).ShouldBe(revoked);
        (await Should.ThrowAsync<CredentialException>(() => TokenAsync(vault, narrow, "a"))).Kind.ShouldBe(CredentialErrorKind.Revoked);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var anew = await vault.SetAsync(VaultFixture.Setting("anew", hosts: ABC));
        await vault.NarrowAsync(Owner, anew, "child", A, []);
        (await TokenAsync(vault, narrow, "a")).ShouldBe("anew");
    }

    [Fact]
    public async Task Narrow_FromWhatIsRevokedOrRenewed_FollowsItsStateHostsAndExpiry()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var top = await vault.SetAsync(VaultFixture.Setting("short", hosts: A) with { ExpiresAt = fixture.Time.GetUtcNow() + TimeSpan.FromMinutes(1) });
        var narrow = await vault.NarrowAsync(Owner, top, "child", hosts: null, []);
        await vault.SetAsync(VaultFixture.Setting("long", hosts: AB) with { ExpiresAt = fixture.Time.GetUtcNow() + TimeSpan.FromHours(1) });
        fixture.Time.Advance(TimeSpan.FromMinutes(2));

        (await TokenAsync(vault, narrow, "b")).ShouldBe("long");
        var revoked = await vault.RevokeAsync(Owner, "sync");
        var grant = await vault.NarrowAsync(Owner, revoked, "child", hosts: null, []);
        grant.Epoch.ShouldBeGreaterThanOrEqualTo(revoked.Epoch);
        (await vault.FindAsync(Owner, "child"))!.State.ShouldBe(CredentialState.Revoked);
        (await Should.ThrowAsync<CredentialException>(() => TokenAsync(vault, grant, "a"))).Kind.ShouldBe(CredentialErrorKind.Revoked);
    }

    [Fact]
    public async Task Narrow_OverAndOver_EndsAtALimitWithAReason()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var reference = await vault.SetAsync(VaultFixture.Setting("wide", hosts: A));
        for (var i = 1; i < 64; i++)
            reference = await vault.NarrowAsync(Owner, reference, $"child-{i}", A, []);

        (await TokenAsync(vault, reference, "a")).ShouldBe("wide");
        var error = await Should.ThrowAsync<CredentialException>(() => vault.NarrowAsync(Owner, reference, "one-more", A, []));

        error.Kind.ShouldBe(CredentialErrorKind.NotConfigured);
        error.Message.ShouldContain("63");
    }

    private static async Task<string> TokenAsync(CredentialVault vault, CredentialReference reference, string host)
    {
        using var secret = (await vault.RedeemAsync(Owner, reference, new Uri($"https://{host}.example.com/"))).Value;
        return secret.Reveal();
    }

    private static async Task ShouldNotReachAsync(CredentialVault vault, CredentialReference reference, string host) =>
        (await Should.ThrowAsync<CredentialException>(() => TokenAsync(vault, reference, host))).Kind.ShouldBe(CredentialErrorKind.HostNotAllowed);

    private sealed class JoiningNarrower : ICredentialNarrower
    {
        public ValueTask<AccessToken> NarrowAsync(Secret token, IReadOnlyList<string> scopes, CancellationToken cancellation) =>
            new(new AccessToken(new Secret($"{token.Reveal()}:{string.Join(' ', scopes)}"), DateTimeOffset.MaxValue, DateTimeOffset.MaxValue));
    }
}
