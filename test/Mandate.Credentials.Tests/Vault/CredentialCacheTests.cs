using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Storage;
using Mandate.Testing;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>What stays in memory, and for how long.</summary>
public sealed class CredentialCacheTests
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(2);

    [Fact]
    public void Add_NameThatIsNotAskedForAgain_IsDroppedWhenItsTimeIsOver()
    {
        var time = new ManualTimeProvider();
        using var cache = new CredentialCache(KeepFor, time);
        Add(cache, time, "first");
        time.Advance(TimeSpan.FromSeconds(1));
        Add(cache, time, "second");
        cache.Count.ShouldBe(2);

        time.Advance(TimeSpan.FromSeconds(1));
        cache.Count.ShouldBe(1);
        cache.Find(VaultFixture.Owner, "second").ShouldNotBeNull();
        time.Advance(KeepFor);
        cache.Count.ShouldBe(0);
        Add(cache, time, "third");
        time.Advance(KeepFor);
        cache.Count.ShouldBe(0, "it sweeps again after it was empty");
    }

    [Fact]
    public void Add_MoreThanTheLimit_KeepsTheLimit()
    {
        var time = new ManualTimeProvider();
        using var cache = new CredentialCache(KeepFor, time);

        for (var i = 0; i < CredentialCache.Maximum + 100; i++)
            Add(cache, time, $"name-{i}");

        cache.Count.ShouldBe(CredentialCache.Maximum);
        time.Advance(KeepFor);
        Add(cache, time, "later");
        cache.Find(VaultFixture.Owner, "later").ShouldNotBeNull();
    }

    [Fact]
    public void Add_WhatWasChangedWhileItWasRead_IsNotRemembered()
    {
        var time = new ManualTimeProvider();
        using var cache = new CredentialCache(KeepFor, time);
        var changes = cache.Changes;
        cache.Forget(Row("first"));

        cache.Add(VaultFixture.Owner, Cached(time, Resolved("first")), changes);

        cache.Find(VaultFixture.Owner, "first").ShouldBeNull();
    }

    [Fact]
    public async Task Add_WhatWasChangedWhileItWasRead_IsNotFoundForAMoment()
    {
        var time = new ManualTimeProvider();
        using var cache = new CredentialCache(KeepFor, time);
        var changes = cache.Changes;
        cache.Forget(Row("first"));
        var cached = Cached(time, Resolved("first"));
        var adding = Task.Run(() =>
        {
            for (var i = 0; i < 300_000; i++)
                cache.Add(VaultFixture.Owner, cached, changes);
        });

        var found = 0;
        while (!adding.IsCompleted)
            found += cache.Find(VaultFixture.Owner, "first") is null ? 0 : 1;

        await adding;
        found.ShouldBe(0);
    }

    [Fact]
    public void Forget_AName_ForgetsWhatIsNarrowedFromItAndNoOtherUsers()
    {
        var time = new ManualTimeProvider();
        using var cache = new CredentialCache(KeepFor, time);
        Add(cache, time, "root");
        cache.Add(VaultFixture.Owner, Cached(time, Resolved("leaf") with { Names = ["leaf", "middle", "root"] }), cache.Changes);
        Add(cache, time, "other");
        var bob = VaultFixture.Owner with { User = "bob" };
        cache.Add(bob, Cached(time, Resolved("root")), cache.Changes);

        cache.Forget(Row("root"));

        cache.Find(VaultFixture.Owner, "root").ShouldBeNull();
        cache.Find(VaultFixture.Owner, "leaf").ShouldBeNull();
        cache.Find(VaultFixture.Owner, "other").ShouldNotBeNull();
        cache.Find(bob, "root").ShouldNotBeNull();
        cache.ForgetTree("acme", "sync");
        cache.Count.ShouldBe(0);
    }

    private static void Add(CredentialCache cache, TimeProvider time, string name) =>
        cache.Add(VaultFixture.Owner, Cached(time, Resolved(name)), cache.Changes);

    private static CachedCredential Cached(TimeProvider time, ResolvedCredential credential) => new(credential, new Secret("x"), time.GetUtcNow() + KeepFor, Presented: 1);

    private static ResolvedCredential Resolved(string name) => new()
    {
        Row = Row(name),
        Reference = new(name, 1, "f"),
        Top = Row(name),
        Names = [name],
        Hosts = VaultFixture.Hosts,
        State = CredentialState.Active,
        SetAt = DateTimeOffset.UnixEpoch,
    };

    private static StoredCredential Row(string name) => new()
    {
        Tenant = VaultFixture.Owner.Tenant,
        Tree = VaultFixture.Owner.Tree,
        User = VaultFixture.Owner.User,
        Name = name,
        Epoch = 1,
        State = CredentialState.Active,
        Salt = [1],
        Hosts = VaultFixture.Hosts,
        SetAt = DateTimeOffset.UnixEpoch,
    };
}
