using System.Text;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>Secrets whose reference is on its way.</summary>
public abstract class PendingTests
{
    private static readonly CredentialOwner Owner = VaultFixture.Owner;
    private static readonly Uri Target = VaultFixture.Target;

    private protected abstract Task<VaultFixture> CreateAsync();

    [Fact]
    public async Task Prepare_NotConfirmed_CountsForNobody()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var first = await vault.SetAsync(VaultFixture.Setting("first-secret"));

        var pending = await vault.PrepareAsync(VaultFixture.Setting("second-secret"));

        pending.Epoch.ShouldBe(2);
        (await RedeemAsync(vault, first)).ShouldBe("first-secret");
        (await vault.FindAsync(Owner, "sync"))!.Reference.ShouldBe(first);
    }

    [Fact]
    public async Task Prepare_Confirmed_CountsForEveryReferenceAtOnce()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var first = await vault.SetAsync(VaultFixture.Setting("first-secret"));
        await RedeemAsync(vault, first);
        var pending = await vault.PrepareAsync(VaultFixture.Setting("second-secret"));

        (await vault.ConfirmAsync(Owner, pending)).Reference.ShouldBe(pending);
        (await vault.ConfirmAsync(Owner, pending)).Reference.ShouldBe(pending);

        (await RedeemAsync(vault, first)).ShouldBe("second-secret");
        (await vault.SetAsync(VaultFixture.Setting("third-secret"))).Epoch.ShouldBe(3);
        (await RedeemAsync(vault, pending)).ShouldBe("third-secret");
    }

    [Fact]
    public async Task Prepare_Presented_Counts()
    {
        await using var fixture = await CreateAsync();
        var (here, there) = (await fixture.OpenAsync(), await fixture.OpenAsync());
        var pending = await here.PrepareAsync(VaultFixture.Setting("first-secret"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => RedeemAsync(i % 2 == 0 ? here : there, pending)));

        answers.ShouldAllBe(a => a == "first-secret");
        (await here.FindAsync(Owner, "sync"))!.Reference.ShouldBe(pending);
    }

    [Fact]
    public async Task Prepare_PresentedByAnotherUserOrUnderAnotherName_IsUnknown()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var pending = await vault.PrepareAsync(VaultFixture.Setting("first-secret"));

        foreach (var (owner, reference) in ((CredentialOwner, CredentialReference)[])
            [(Owner with { User = "bob" }, pending), (Owner with { Tree = "other" }, pending), (Owner, pending with { Name = "other" }), (Owner, pending with { Epoch = 2 }), (Owner, pending with { Fingerprint = "00" })])
        {
            (await Should.ThrowAsync<CredentialException>(() => vault.RedeemAsync(owner, reference, Target).AsTask())).Kind.ShouldBe(CredentialErrorKind.Unknown);
        }

        (await vault.FindAsync(Owner, "sync")).ShouldBeNull();
    }

    [Fact]
    public async Task Prepare_Withdrawn_IsErasedAndItsReferenceUnknown()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var pending = await vault.PrepareAsync(VaultFixture.Setting("first-secret"));

        await vault.WithdrawAsync(Owner, pending);
        await vault.WithdrawAsync(Owner, pending);

        (await Should.ThrowAsync<CredentialException>(() => vault.ConfirmAsync(Owner, pending))).Kind.ShouldBe(CredentialErrorKind.Unknown);
        (await vault.TreesAsync(DateTimeOffset.MaxValue)).ShouldBeEmpty();
        (await vault.PrepareAsync(VaultFixture.Setting("second-secret"))).Epoch.ShouldBe(1);
    }

    [Fact]
    public async Task Withdraw_WhatCountsAlready_ChangesNothing()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var pending = await vault.PrepareAsync(VaultFixture.Setting("first-secret"));
        await vault.ConfirmAsync(Owner, pending);

        await vault.WithdrawAsync(Owner, pending);

        (await RedeemAsync(vault, pending)).ShouldBe("first-secret");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prepare_SomethingSetOrRevokedSince_DoesNotUndoIt(bool revoked)
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        await vault.SetAsync(VaultFixture.Setting("first-secret"));
        var pending = await vault.PrepareAsync(VaultFixture.Setting("second-secret"));
        var since = revoked ? await vault.RevokeAsync(Owner, "sync") : await vault.SetAsync(VaultFixture.Setting("third-secret"));

        for (var i = 0; i < 2; i++)
        {
            var status = await vault.ConfirmAsync(Owner, pending);
            (status.Reference, status.State).ShouldBe((since, revoked ? CredentialState.Revoked : CredentialState.Active));
        }
    }

    [Fact]
    public async Task Prepare_Several_CountInTheOrderTheyWereBegun()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var prepared = await Task.WhenAll(Enumerable.Range(1, 5).Select(i => vault.PrepareAsync(VaultFixture.Setting($"secret-{i}"))));
        prepared.Select(p => p.Epoch).Order().ShouldBe([1, 2, 3, 4, 5]);
        var ordered = prepared.Index().OrderBy(p => p.Item.Epoch).ToList();

        await vault.ConfirmAsync(Owner, ordered[3].Item);
        await vault.ConfirmAsync(Owner, ordered[1].Item);

        (await RedeemAsync(vault, ordered[1].Item)).ShouldBe($"secret-{ordered[3].Index + 1}");
        await vault.ConfirmAsync(Owner, ordered[4].Item);
        (await RedeemAsync(vault, ordered[1].Item)).ShouldBe($"secret-{ordered[4].Index + 1}");
    }

    [Fact]
    public async Task Prepare_OnlyAfterThePresentOne_DoesNotCountOnceAnotherHas()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        await vault.PrepareAsync(VaultFixture.Setting("unused"));
        var late = await vault.PrepareAsync(VaultFixture.Setting("late-secret"), onlyAfterPresent: true);
        late.Epoch.ShouldBe(2);
        var first = await vault.SetAsync(VaultFixture.Setting("first-secret"));

        (await vault.ConfirmAsync(Owner, late)).Reference.ShouldBe(first);
        (await RedeemAsync(vault, late)).ShouldBe("first-secret");
        var next = await vault.PrepareAsync(VaultFixture.Setting("next-secret"), onlyAfterPresent: true);
        (await RedeemAsync(vault, next)).ShouldBe("next-secret");
    }

    [Fact]
    public async Task Prepare_KeysRotatedMeanwhile_CountsAllTheSame()
    {
        await using var fixture = await CreateAsync();
        var keys = await KeyRing.OpenAsync(fixture.KeyFile, createWhenMissing: true);
        var vault = await fixture.OpenAsync(keys: keys);
        var pending = await vault.PrepareAsync(VaultFixture.Setting("first-secret"));

        await keys.AddKeyAsync(fixture.Time);
        await vault.RotateKeysAsync();
        fixture.Time.Advance(TimeSpan.FromDays(1));
        await vault.RotateKeysAsync();

        (await RedeemAsync(await fixture.OpenAsync(keys: keys), pending)).ShouldBe("first-secret");
    }

    [Fact]
    public async Task Prepare_ItsTreeHasEnded_IsForgottenWithIt()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var pending = await vault.PrepareAsync(VaultFixture.Setting("first-secret"));
        (await vault.TreesAsync(DateTimeOffset.MaxValue)).ShouldBe([("acme", "sync")]);

        await vault.RemoveTreeAsync("acme", "sync");

        await Should.ThrowAsync<CredentialException>(() => vault.ConfirmAsync(Owner, pending));
        if (fixture.Postgres is null)
            fixture.StoredBytes().AsSpan().IndexOf(Encoding.UTF8.GetBytes("first-secret")).ShouldBe(-1);
    }

    [Fact]
    public async Task Withdraw_AfterSomethingLaterWasSet_ItsReferenceIsUnknown()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var (refused, late) = (await vault.PrepareAsync(VaultFixture.Setting("refused-secret")), await vault.PrepareAsync(VaultFixture.Setting("late-secret")));
        var accepted = await vault.PrepareAsync(VaultFixture.Setting("accepted-secret"));
        await vault.ConfirmAsync(Owner, accepted);
        (await RedeemAsync(vault, late)).ShouldBe("accepted-secret");

        await vault.WithdrawAsync(Owner, refused);
        await vault.ConfirmAsync(Owner, late);
        await vault.WithdrawAsync(Owner, late);

        (await Should.ThrowAsync<CredentialException>(() => vault.NewestAsync(Owner, refused))).Kind.ShouldBe(CredentialErrorKind.Unknown);
        (await Should.ThrowAsync<CredentialException>(() => vault.RedeemAsync(Owner, refused, Target).AsTask())).Kind.ShouldBe(CredentialErrorKind.Unknown);
        (await RedeemAsync(vault, late)).ShouldBe("accepted-secret", "it has arrived, and means what was set after it");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prepare_SeveralAndThenSetOrRevoked_NoneOfThemUndoesIt(bool revoked)
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        await vault.SetAsync(VaultFixture.Setting("first-secret"));
        var prepared = new[] { await vault.PrepareAsync(VaultFixture.Setting("second-secret")), await vault.PrepareAsync(VaultFixture.Setting("third-secret")), await vault.PrepareAsync(VaultFixture.Setting("fourth-secret")) };

        var since = revoked ? await vault.RevokeAsync(Owner, "sync") : await vault.SetAsync(VaultFixture.Setting("fifth-secret"));

        foreach (var pending in prepared.Reverse())
        {
            if (revoked)
                (await Should.ThrowAsync<CredentialException>(() => RedeemAsync(vault, pending))).Kind.ShouldBe(CredentialErrorKind.Revoked);
            else
                (await RedeemAsync(vault, pending)).ShouldBe("fifth-secret");
            (await vault.ConfirmAsync(Owner, pending)).Reference.ShouldBe(since);
        }

        if (fixture.Postgres is null)
            fixture.StoredBytes().AsSpan().IndexOf(Encoding.UTF8.GetBytes("fourth-secret")).ShouldBe(-1);
    }

    [Fact]
    public async Task Revoke_WhatIsOnItsWayAlone_IsRevokedWhenItArrives()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var (first, second) = (await vault.PrepareAsync(VaultFixture.Setting("first-secret")), await vault.PrepareAsync(VaultFixture.Setting("second-secret")));

        var revoked = await vault.RevokeAsync(Owner, "sync");

        foreach (var pending in (CredentialReference[])[second, first])
        {
            (await Should.ThrowAsync<CredentialException>(() => RedeemAsync(vault, pending))).Kind.ShouldBe(CredentialErrorKind.Revoked);
            (await vault.ConfirmAsync(Owner, pending)).Reference.ShouldBe(revoked);
        }

        (await Should.ThrowAsync<CredentialException>(() => vault.RevokeAsync(Owner, "other"))).Kind.ShouldBe(CredentialErrorKind.Unknown);
    }

    [Fact]
    public async Task Prepare_WhileTheNameIsFirstSet_ItsReferenceStaysGood()
    {
        await using var fixture = await CreateAsync();
        var (here, there) = (await fixture.OpenAsync(), await fixture.OpenAsync());
        for (var round = 0; round < 30; round++)
        {
            var name = $"name-{round}";
            var results = await Task.WhenAll(
                Task.Run(() => here.PrepareAsync(VaultFixture.Setting("prepared", name))),
                Task.Run(() => there.SetAsync(VaultFixture.Setting("set", name))));

            (await RedeemAsync(here, results[0])).ShouldBe(results[0].Epoch > results[1].Epoch ? "prepared" : "set");
            await RedeemAsync(there, results[1]);
        }
    }

    [Fact]
    public async Task Prepare_UserWithoutId_IsLikeAnyOther()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var nobody = Owner with { User = "" };

        var pending = await vault.PrepareAsync(VaultFixture.Setting("first-secret", owner: nobody));

        (await vault.RedeemAsync(nobody, pending, Target)).Value.Reveal().ShouldBe("first-secret");
        (await vault.SetAsync(VaultFixture.Setting("second-secret", owner: nobody))).Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task Prepare_NameWithControlCharacters_IsRefused()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var pending = await vault.PrepareAsync(VaultFixture.Setting("first-secret"));

        foreach (var name in (string[])["a\u0001sync", "\u00012\u0001sync", "a\nb"])
        {
            (await Should.ThrowAsync<CredentialException>(() => vault.PrepareAsync(VaultFixture.Setting("other", name)))).Kind.ShouldBe(CredentialErrorKind.NotConfigured);
            (await Should.ThrowAsync<CredentialException>(() => vault.SetAsync(VaultFixture.Setting("other", name)))).Kind.ShouldBe(CredentialErrorKind.NotConfigured);
            (pending with { Name = name }).IsWellFormed.ShouldBeFalse();
        }
    }

    private static async Task<string> RedeemAsync(CredentialVault vault, CredentialReference reference) => (await vault.RedeemAsync(Owner, reference, Target)).Value.Reveal();
}
