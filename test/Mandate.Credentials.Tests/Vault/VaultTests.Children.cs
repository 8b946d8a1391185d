using Mandate.Credentials.Vault;

namespace Mandate.Credentials.Tests.Vault;

/// <content>What is prepared for the start of a child counts for the child of that parent alone, and once it runs.</content>
public abstract partial class VaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Prepare_ForAnothersChild_TakesNothingFromTheOneThatRuns(bool isFirst)
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var parents = new Dictionary<string, string>();
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var (attack, own) = isFirst ? (await AttackAsync(), await StartAsync()) : default;
        if (!isFirst)
            (own, attack) = (await StartAsync(), await AttackAsync());

        await IsNobodysAsync(attack);
        await IsNobodysAsync(own);
        parents["child"] = "parent";
        await IsNobodysAsync(attack);
        (await vault.RedeemAsync(Owner, own, At("a"), RunsAsync)).Value.Reveal().ShouldBe("own");
        await IsNobodysAsync(attack);

        // Nor later on, when what was prepared long ago is tidied up.
        fixture.Time.Advance(TimeSpan.FromHours(2));
        await vault.SetAsync(VaultFixture.Setting("later", name: "child", hosts: A));
        await IsNobodysAsync(attack);
        (await vault.RedeemAsync(Owner, own, At("a"), RunsAsync)).Value.Reveal().ShouldBe("later");

        async Task<CredentialReference> AttackAsync() => (await vault.PrepareNarrowedAsync(Owner, top, "child", AB, [], "sibling", RunsAsync)).Reference;

        Task<CredentialReference> StartAsync() => vault.PrepareAsync(VaultFixture.Setting("own", name: "child", hosts: A), onlyAfterPresent: true, "parent");

        async Task IsNobodysAsync(CredentialReference reference)
        {
            var before = await vault.FindAsync(Owner, "child");
            (await Should.ThrowAsync<CredentialException>(() => vault.RedeemAsync(Owner, reference, At("a"), RunsAsync).AsTask())).Kind.ShouldBe(CredentialErrorKind.Unknown);
            (await Should.ThrowAsync<CredentialException>(() => vault.NarrowAsync(Owner, reference, "part", A, [], RunsAsync))).Kind.ShouldBe(CredentialErrorKind.Unknown);
            (await vault.FindAsync(Owner, "child"))?.Reference.ShouldBe(before?.Reference);
        }

        Task<ChildLife> RunsAsync(CredentialOwner owner, string child, string parent, DateTimeOffset since, CancellationToken cancellation) => Task.FromResult(parents.GetValueOrDefault(child) == parent ? ChildLife.Runs : ChildLife.Nobodys);
    }

    [Fact]
    public async Task PrepareNarrowed_BeforeItsChildRuns_IsShownAsItWouldStandAndCountsOnceItDoes()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var runs = false;
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        var prepared = await vault.PrepareNarrowedAsync(Owner, top, "child", AB, [], "parent", RunsAsync);
        // One place for each that asks: another who asks for the very same gets another reference.
        var others = await vault.PrepareNarrowedAsync(Owner, top, "child", AB, [], "sibling", RunsAsync);
        others.Reference.ShouldNotBe(prepared.Reference);

        var shown = await vault.NewestAsync(Owner, prepared.Reference, RunsAsync);
        (shown.Reference, shown.State).ShouldBe((prepared.Reference, CredentialState.Active));
        shown.Hosts.ShouldBe(AB);
        (await vault.FindAsync(Owner, "child")).ShouldBeNull();

        runs = true;
        (await vault.NewestAsync(Owner, prepared.Reference, RunsAsync)).Reference.ShouldBe(prepared.Reference);
        (await vault.FindAsync(Owner, "child"))!.Reference.ShouldBe(prepared.Reference);
        (await vault.RedeemAsync(Owner, prepared.Reference, At("b"), RunsAsync)).Value.Reveal().ShouldBe("wide");
        (await Should.ThrowAsync<CredentialException>(() => vault.RedeemAsync(Owner, others.Reference, At("b"), RunsAsync).AsTask())).Kind.ShouldBe(CredentialErrorKind.Unknown);

        Task<ChildLife> RunsAsync(CredentialOwner owner, string child, string parent, DateTimeOffset since, CancellationToken cancellation) => Task.FromResult(runs && (child, parent) == ("child", "parent") ? ChildLife.Runs : ChildLife.Nobodys);
    }

    [Fact]
    public async Task PrepareNarrowed_ForAChildThatHasEnded_CountsUnlessTheNextWasPreparedMeanwhile()
    {
        await using var fixture = await CreateAsync();
        var vault = await fixture.OpenAsync();
        var top = await vault.SetAsync(VaultFixture.Setting("wide", hosts: ABC));
        fixture.Time.Advance(TimeSpan.FromHours(1));
        DateTimeOffset? asked = null;
        var first = (await vault.PrepareNarrowedAsync(Owner, top, "child", AB, [], "parent", RunsAsync)).Reference;
        var alone = (await vault.PrepareNarrowedAsync(Owner, top, "alone", AB, [], "parent", RunsAsync)).Reference;
        var next = await vault.PrepareAsync(VaultFixture.Setting("own", name: "child", hosts: A), onlyAfterPresent: true, "other");

        (await Should.ThrowAsync<CredentialException>(() => vault.RedeemAsync(Owner, first, At("a"), RunsAsync).AsTask())).Kind.ShouldBe(CredentialErrorKind.Unknown);
        (await vault.RedeemAsync(Owner, alone, At("a"), RunsAsync)).Value.Reveal().ShouldBe("wide");
        asked.ShouldBe(fixture.Time.GetUtcNow(), "when it was prepared, not when the wider one was set");
        (await vault.FindAsync(Owner, "alone"))!.Reference.ShouldBe(alone);
        (await vault.RedeemAsync(Owner, next, At("a"))).Value.Reveal().ShouldBe("own");

        Task<ChildLife> RunsAsync(CredentialOwner owner, string child, string parent, DateTimeOffset since, CancellationToken cancellation)
        {
            asked = since;
            return Task.FromResult(parent == "parent" ? ChildLife.HasRun : ChildLife.Nobodys);
        }
    }

    private static Uri At(string host) => new($"https://{host}.example.com/items");
}
