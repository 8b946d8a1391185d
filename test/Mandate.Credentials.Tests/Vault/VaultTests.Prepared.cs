using Mandate.Credentials.Vault;

namespace Mandate.Credentials.Tests.Vault;

/// <content>Credentials that give less, for somebody who is about to be told of them.</content>
public abstract partial class VaultTests
{
    [Fact]
    public async Task PrepareNarrowed_OverASecretOfItsOwn_ReplacesItOnceTheReferenceIsPresented()
    {
        await using var fixture = await CreateAsync();
        var (here, there) = (await fixture.OpenAsync(), await fixture.OpenAsync());
        var top = await here.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var own = await here.SetAsync(VaultFixture.Setting("own", name: "child", hosts: C));

        var prepared = await here.PrepareNarrowedAsync(Owner, top, "child", AB, []);

        (prepared.Reference.Epoch, prepared.State).ShouldBe((2, CredentialState.Active));
        prepared.Hosts.ShouldBe(AB);
        (await TokenAsync(here, own, "c")).ShouldBe("own");
        (await here.FindAsync(Owner, "child"))!.Reference.ShouldBe(own);
        (await Task.WhenAll(Enumerable.Range(0, 8).Select(i => TokenAsync(i % 2 == 0 ? here : there, prepared.Reference, "a")))).ShouldAllBe(t => t == "wide");
        (await TokenAsync(here, own, "b")).ShouldBe("wide", "the name has the newest");
        await ShouldNotReachAsync(here, prepared.Reference, "c");
        (await here.NarrowAsync(Owner, top, "child", AB, [])).ShouldBe(prepared.Reference);
        (await here.PrepareNarrowedAsync(Owner, top, "child", AB, [])).Reference.ShouldBe(prepared.Reference);
    }

    [Fact]
    public async Task PrepareNarrowed_SeveralTimes_AsksForOnePlaceOnly()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        await vault.SetAsync(VaultFixture.Setting("own", name: "child", hosts: A));

        var first = await vault.PrepareNarrowedAsync(Owner, top, "child", A, []);
        (await vault.PrepareNarrowedAsync(Owner, top, "child", A, [])).Reference.ShouldBe(first.Reference);
        var other = await vault.PrepareNarrowedAsync(Owner, top, "child", B, []);

        other.Reference.Epoch.ShouldBe(3);
        (await TokenAsync(vault, other.Reference, "b")).ShouldBe("wide");
        // Who was told of the one before has the name's newest.
        await ShouldNotReachAsync(vault, first.Reference, "a");
    }

    [Fact]
    public async Task PrepareNarrowed_AndSomethingIsSetOrRevokedMeanwhile_ThatStays()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));

        var prepared = await vault.PrepareNarrowedAsync(Owner, top, "child", A, []);
        await vault.SetAsync(VaultFixture.Setting("own", name: "child", hosts: A));
        (await TokenAsync(vault, prepared.Reference, "a")).ShouldBe("own");

        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        prepared = await vault.PrepareNarrowedAsync(Owner, top, "child", A, []);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await vault.RevokeAsync(Owner, "child");
        (await Should.ThrowAsync<CredentialException>(() => TokenAsync(vault, prepared.Reference, "a"))).Kind.ShouldBe(CredentialErrorKind.Revoked);
        // What was revoked stays so until there is something new to narrow.
        (await vault.PrepareNarrowedAsync(Owner, top, "child", A, [])).State.ShouldBe(CredentialState.Revoked);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var anew = await vault.SetAsync(VaultFixture.Setting("anew", hosts: ABC));
        (await TokenAsync(vault, (await vault.PrepareNarrowedAsync(Owner, anew, "child", A, [])).Reference, "a")).ShouldBe("anew");
    }

    [Fact]
    public async Task PrepareNarrowed_Withdrawn_IsUnknownAndTheNameKeepsWhatItHas()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var own = await vault.SetAsync(VaultFixture.Setting("own", name: "child", hosts: A));
        var prepared = await vault.PrepareNarrowedAsync(Owner, top, "child", B, []);

        await vault.WithdrawAsync(Owner, prepared.Reference);

        (await Should.ThrowAsync<CredentialException>(() => TokenAsync(vault, prepared.Reference, "b"))).Kind.ShouldBe(CredentialErrorKind.Unknown);
        (await TokenAsync(vault, own, "a")).ShouldBe("own");
    }

    [Fact]
    public async Task PrepareNarrowed_FromOneThatIsPrepared_MakesThatCountAndGivesWhatBothAllow()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var middle = await vault.PrepareNarrowedAsync(Owner, top, "middle", AB, []);

        var leaf = await vault.PrepareNarrowedAsync(Owner, middle.Reference, "leaf", AllowedHosts.Parse(["b.example.com", "c.example.com"]), []);

        leaf.Hosts.ShouldBe(B);
        (await vault.FindAsync(Owner, "middle"))!.Reference.ShouldBe(middle.Reference);
        (await vault.FindAsync(Owner, "leaf")).ShouldBeNull();
        (await TokenAsync(vault, leaf.Reference, "b")).ShouldBe("wide");
    }

    [Fact]
    public async Task PrepareNarrowed_OneFromTheOther_NeverCountsInACircle()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var x = await vault.SetAsync(VaultFixture.Setting("secret-x", name: "x", hosts: A));
        var y = await vault.SetAsync(VaultFixture.Setting("secret-y", name: "y", hosts: A));
        var yFromX = await vault.PrepareNarrowedAsync(Owner, x, "y", A, []);
        var xFromY = await vault.PrepareNarrowedAsync(Owner, y, "x", A, []);

        (await TokenAsync(vault, yFromX.Reference, "a")).ShouldBe("secret-x");
        (await Should.ThrowAsync<CredentialException>(() => TokenAsync(vault, xFromY.Reference, "a"))).Kind.ShouldBe(CredentialErrorKind.Unknown);

        (await TokenAsync(vault, x, "a")).ShouldBe("secret-x");
        (await TokenAsync(vault, y, "a")).ShouldBe("secret-x");
    }

    [Fact]
    public async Task PrepareNarrowed_KeysAreRotatedOrTheTreeEnds_IsCovered()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var prepared = await vault.PrepareNarrowedAsync(Owner, top, "child", A, []);

        (await vault.RotateKeysAsync()).ShouldBe(1, "there is one secret");
        (await TokenAsync(vault, prepared.Reference, "a")).ShouldBe("wide");
        var another = await vault.PrepareNarrowedAsync(Owner, top, "child", B, []);
        await vault.RemoveTreeAsync(Owner.Tenant, Owner.Tree);
        (await Should.ThrowAsync<CredentialException>(() => TokenAsync(vault, another.Reference, "b"))).Kind.ShouldBe(CredentialErrorKind.Unknown);
    }
}
