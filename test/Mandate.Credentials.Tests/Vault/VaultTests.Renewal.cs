using Mandate.Credentials.Vault;

namespace Mandate.Credentials.Tests.Vault;

/// <content>Secrets that come from a source.</content>
public abstract partial class VaultTests
{
    [Fact]
    public async Task Renew_FromASource_SetsWhatItGives()
    {
        await using var fixture = await CreateAsync();
        var source = new CountingSource(fixture.Time);
        var vault = await fixture.OpenAsync(new Dictionary<string, CredentialSource> { ["crm"] = new(source, VaultFixture.Hosts, ["acme"]) });

        var first = await vault.RenewAsync(Owner, "sync", "crm");
        first.RenewAt.ShouldBe(fixture.Time.GetUtcNow() + TimeSpan.FromMinutes(4));
        (await vault.RenewAsync(Owner, "sync", "crm", first.Reference)).ShouldBe(first, "the source has no new one yet");
        fixture.Time.Advance(TimeSpan.FromMinutes(4));
        var second = await vault.RenewAsync(Owner, "sync", "crm", first.Reference);

        first.Source.ShouldBe("crm");
        second.Reference.Epoch.ShouldBe(2);
        (await vault.RedeemAsync(Owner, first.Reference, Target)).Value.Reveal().ShouldBe("token-2");
        (await Should.ThrowAsync<CredentialException>(() => vault.RenewAsync(Owner with { Tenant = "other" }, "sync", "crm"))).Kind.ShouldBe(CredentialErrorKind.NotConfigured);
    }

    [Theory]
    [InlineData(false, CredentialErrorKind.Superseded)]
    [InlineData(true, CredentialErrorKind.Revoked)]
    public async Task Renew_WhatWasSetOrRevokedWhileTheSourceWasAsked_Stays(bool isRevoked, CredentialErrorKind expected)
    {
        await using var fixture = await CreateAsync();
        var source = new CountingSource(fixture.Time);
        var vault = await Vaulted(fixture, source);
        var first = await vault.RenewAsync(Owner, "sync", "crm");
        fixture.Time.Advance(TimeSpan.FromMinutes(4));
        source.Gate = new TaskCompletionSource();

        var renewal = vault.RenewAsync(Owner, "sync", "crm", first.Reference);
        await source.Asked.Task;
        // Another machine of the service.
        var other = await fixture.OpenAsync();
        var second = isRevoked ? await other.RevokeAsync(Owner, "sync") : await other.SetAsync(VaultFixture.Setting("by-hand"));
        source.Gate.SetResult();

        (await Should.ThrowAsync<CredentialException>(() => renewal)).Kind.ShouldBe(expected);
        (await vault.FindAsync(Owner, "sync"))!.Reference.ShouldBe(second);
        // Whoever asks later with what it knew before is refused as well.
        (await Should.ThrowAsync<CredentialException>(() => vault.RenewAsync(Owner, "sync", "crm", first.Reference))).Kind.ShouldBe(expected);
        (await Should.ThrowAsync<CredentialException>(() => vault.RenewAsync(Owner, "sync", "crm"))).Kind.ShouldBe(expected);
        if (isRevoked)
            await ShouldFailAsync(vault, Owner, first.Reference, CredentialErrorKind.Revoked);
        else
            (await vault.RedeemAsync(Owner, first.Reference, Target)).Value.Reveal().ShouldBe("by-hand");
    }

    [Fact]
    public async Task Renew_RevokedOne_ComesBackOnlyWhenSomebodyAsksForItWhoKnows()
    {
        await using var fixture = await CreateAsync();
        var vault = await Vaulted(fixture, new CountingSource(fixture.Time));
        var first = await vault.RenewAsync(Owner, "sync", "crm");
        var revoked = await vault.RevokeAsync(Owner, "sync");

        (await Should.ThrowAsync<CredentialException>(() => vault.RenewAsync(Owner, "sync", "crm", revoked))).Kind.ShouldBe(CredentialErrorKind.Revoked);
        (await Should.ThrowAsync<CredentialException>(() => vault.RenewAsync(Owner, "sync", "crm", first.Reference, isAsked: true))).Kind.ShouldBe(CredentialErrorKind.Revoked, "it was revoked after what the asker knew");
        var asked = await vault.RenewAsync(Owner, "sync", "crm", revoked, isAsked: true);

        asked.Reference.Epoch.ShouldBe(3);
        (await vault.RedeemAsync(Owner, first.Reference, Target)).Reference.ShouldBe(asked.Reference);
    }

    [Fact]
    public async Task Renew_AskedAgainSinceTheAnswerWasLost_GivesTheSameAnswer()
    {
        await using var fixture = await CreateAsync();
        var source = new CountingSource(fixture.Time);
        var vault = await Vaulted(fixture, source);
        var first = await vault.RenewAsync(Owner, "sync", "crm");
        fixture.Time.Advance(TimeSpan.FromMinutes(4));
        var second = await vault.RenewAsync(Owner, "sync", "crm", first.Reference);
        fixture.Time.Advance(TimeSpan.FromMinutes(4));

        (await vault.RenewAsync(Owner, "sync", "crm", first.Reference)).ShouldBe(second);
        source.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Renew_ReferenceThatIsNotGenuineOrOfAnotherName_IsUnknown()
    {
        await using var fixture = await CreateAsync();
        var vault = await Vaulted(fixture, new CountingSource(fixture.Time));
        var first = (await vault.RenewAsync(Owner, "sync", "crm")).Reference;

        foreach (var made in (CredentialReference[])[first with { Fingerprint = new string('0', 32) }, first with { Name = "other" }])
            (await Should.ThrowAsync<CredentialException>(() => vault.RenewAsync(Owner, "sync", "crm", made, isAsked: true))).Kind.ShouldBe(CredentialErrorKind.Unknown);
        (await Should.ThrowAsync<CredentialException>(() => vault.RenewAsync(Owner, "other", "crm", first))).Kind.ShouldBe(CredentialErrorKind.Unknown);
        (await vault.FindAsync(Owner, "other")).ShouldBeNull();
    }

    [Theory]
    [InlineData(false, false, CredentialErrorKind.Superseded)]
    [InlineData(false, true, CredentialErrorKind.Superseded)]
    [InlineData(true, true, CredentialErrorKind.Revoked)]
    public async Task Renew_AskedByWhoHoldsNone_KeepsWhatIsSetOrRevokedWhileTheSourceIsAsked(bool isRevoked, bool isSetBefore, CredentialErrorKind expected)
    {
        await using var fixture = await CreateAsync();
        var source = new CountingSource(fixture.Time) { Gate = new TaskCompletionSource() };
        var vault = await Vaulted(fixture, source);
        if (isSetBefore)
            await vault.SetAsync(VaultFixture.Setting("before"));

        var renewal = vault.RenewAsync(Owner, "sync", "crm", isAsked: true);
        await source.Asked.Task;
        var since = isRevoked ? await vault.RevokeAsync(Owner, "sync") : await vault.SetAsync(VaultFixture.Setting("by-hand"));
        source.Gate.SetResult();

        (await Should.ThrowAsync<CredentialException>(() => renewal)).Kind.ShouldBe(expected);
        (await vault.FindAsync(Owner, "sync"))!.Reference.ShouldBe(since);
        (await vault.RenewAsync(Owner, "sync", "crm", isAsked: true)).Source.ShouldBe("crm", "it is asked for after that was known");
    }

    [Fact]
    public async Task Renew_SourceWithOtherHostsNow_BindsTheSameTokenToThem()
    {
        await using var fixture = await CreateAsync();
        var source = new CountingSource(fixture.Time);
        var first = await (await Vaulted(fixture, source)).RenewAsync(Owner, "sync", "crm");
        var moved = AllowedHosts.Parse(["crm.example.com"]);
        var vault = await fixture.OpenAsync(new Dictionary<string, CredentialSource> { ["crm"] = new(source, moved, ["acme"]) });

        var second = await vault.RenewAsync(Owner, "sync", "crm", first.Reference);

        second.Hosts.ShouldBe(moved);
        (await vault.RedeemAsync(Owner, first.Reference, new Uri("https://crm.example.com/"))).Value.Reveal().ShouldBe("token-1");
        await ShouldFailAsync(vault, Owner, first.Reference, CredentialErrorKind.HostNotAllowed);
    }

    private static Task<CredentialVault> Vaulted(VaultFixture fixture, CountingSource source) =>
        fixture.OpenAsync(new Dictionary<string, CredentialSource> { ["crm"] = new(source, VaultFixture.Hosts, ["acme"]) });

    private sealed class CountingSource(TimeProvider time) : IAccessTokenSource
    {
        private AccessToken? _token;
        private int _count;

        public int Count => _count;

        public TaskCompletionSource Asked { get; } = new();

        /// <summary>What an answer waits for.</summary>
        public TaskCompletionSource? Gate { get; set; }

        public async ValueTask<AccessToken> GetTokenAsync(bool forceRefresh = false, CancellationToken cancellation = default)
        {
            if (Gate is { } gate)
            {
                Asked.TrySetResult();
                await gate.Task;
            }

            var now = time.GetUtcNow();
            if (_token is null || _token.RefreshAt <= now)
                _token = new(new Secret($"token-{++_count}"), now + TimeSpan.FromMinutes(5), now + TimeSpan.FromMinutes(4));
            return _token;
        }
    }
}
