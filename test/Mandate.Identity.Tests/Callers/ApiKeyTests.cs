using Mandate.Identity.Callers;

namespace Mandate.Identity.Tests.Callers;

public sealed class ApiKeyTests
{
    private static readonly ApiKeyRequest Ci = new("ci", CallerKind.User, "deployer", "acme") { Scopes = ["orders:write"], Lifetime = TimeSpan.FromDays(30) };

    [Fact]
    public async Task Create_Key_MakesThePrincipalInBothHeaders()
    {
        using var callers = new CallersFixture();
        var (key, text) = await callers.ApiKeys.CreateAsync(Ci);

        foreach (var verdict in new[] { await callers.ApiKeyAsync(text), await callers.BearerAsync(text) })
        {
            verdict.Caller!.Principal.ShouldBe(new Principal("deployer", "acme") { Scopes = ["orders:write"] });
            verdict.Caller.CredentialId.ShouldBe($"api-key:{key.Id}");
            verdict.Caller.Kind.ShouldBe(CallerKind.User);
        }
    }

    [Fact]
    public async Task Create_Key_IsAtRestAsAHashForTheOwnerAlone()
    {
        using var callers = new CallersFixture();
        var (_, text) = await callers.ApiKeys.CreateAsync(Ci);

        var file = await File.ReadAllTextAsync(callers.ApiKeyFile);

        file.ShouldNotContain(text);
        file.ShouldNotContain(text[^64..]);
        file.ShouldContain("\"sha256\"");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(callers.ApiKeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Verify_AnyOtherText_IsUnknown()
    {
        using var callers = new CallersFixture();
        var (_, text) = await callers.ApiKeys.CreateAsync(Ci);

        for (var i = 0; i < text.Length; i++)
            (await callers.ApiKeyAsync(text[..i] + (text[i] == 'a' ? 'b' : 'a') + text[(i + 1)..])).Refusal?.Reason.ShouldBe("api-key-unknown", $"changed at {i}");
        foreach (var other in (string[])["", "mandate_", text[..^1], text + "0", text.ToUpperInvariant(), "mandate_" + new string('0', 16) + "_" + new string('0', 64)])
            (await callers.ApiKeyAsync(other)).Refusal?.Reason.ShouldBe("api-key-unknown");
    }

    [Fact]
    public async Task Verify_AfterItsEnd_IsRefused()
    {
        using var callers = new CallersFixture();
        var (_, text) = await callers.ApiKeys.CreateAsync(Ci);

        callers.Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        (await callers.ApiKeyAsync(text)).IsAccepted.ShouldBeTrue();
        callers.Clock.Advance(TimeSpan.FromSeconds(1));
        (await callers.ApiKeyAsync(text)).Refusal!.Reason.ShouldBe("api-key-expired");
    }

    [Fact]
    public async Task Rotate_Key_LetsBothInUntilTheOverlapEnds()
    {
        using var callers = new CallersFixture();
        var (old, oldText) = await callers.ApiKeys.CreateAsync(Ci);

        var (next, nextText) = await callers.ApiKeys.RotateAsync("ci", TimeSpan.FromDays(1));

        next.Id.ShouldNotBe(old.Id);
        (next.Name, next.Subject, next.TenantId).ShouldBe((old.Name, old.Subject, old.TenantId));
        next.Expires.ShouldBe(old.Expires);
        (await callers.ApiKeyAsync(oldText)).IsAccepted.ShouldBeTrue();
        (await callers.ApiKeyAsync(nextText)).IsAccepted.ShouldBeTrue();
        Should.Throw<ArgumentException>(() => callers.ApiKeys.RotateAsync("ci", TimeSpan.Zero)).Message.ShouldContain(next.Id);
        callers.Clock.Advance(TimeSpan.FromDays(1));
        (await callers.ApiKeyAsync(oldText)).Refusal!.Reason.ShouldBe("api-key-expired");
        (await callers.ApiKeyAsync(nextText)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Change_ByAnotherProcess_IsInForceWithinASecond()
    {
        using var callers = new CallersFixture();
        var another = new ApiKeyStore(callers.ApiKeyFile, callers.Clock);
        var (key, text) = await another.CreateAsync(Ci);

        callers.Clock.Advance(TimeSpan.FromSeconds(1));
        (await callers.ApiKeyAsync(text)).IsAccepted.ShouldBeTrue();
        await another.RevokeAsync(key.Id);
        callers.Clock.Advance(TimeSpan.FromSeconds(1));

        (await callers.ApiKeyAsync(text)).Refusal!.Reason.ShouldBe("api-key-unknown");
    }

    [Fact]
    public async Task Change_ToSomethingUnreadable_KeepsTheKeysAndSaysSo()
    {
        using var callers = new CallersFixture();
        var (_, text) = await callers.ApiKeys.CreateAsync(Ci);
        callers.Clock.Advance(TimeSpan.FromSeconds(1));
        (await callers.ApiKeyAsync(text)).IsAccepted.ShouldBeTrue();

        await File.WriteAllTextAsync(callers.ApiKeyFile, "{");
        callers.Clock.Advance(TimeSpan.FromSeconds(1));

        (await callers.ApiKeyAsync(text)).IsAccepted.ShouldBeTrue();
        callers.Loggers.Lines.ShouldContain(l => l.Contains("ApiKeysUnreadable", StringComparison.Ordinal));
        Should.Throw<ApiKeyStoreException>(() => new ApiKeyStore(callers.ApiKeyFile));
    }

    [Fact]
    public async Task Open_WritableByOthers_IsRefused()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var callers = new CallersFixture();
        await callers.ApiKeys.CreateAsync(Ci);
        File.SetUnixFileMode(callers.ApiKeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);

        Should.Throw<ApiKeyStoreException>(() => new ApiKeyStore(callers.ApiKeyFile)).Message.ShouldContain("chmod go-w");
    }

    [Fact]
    public async Task Create_ByManyAtOnce_LosesNone()
    {
        using var callers = new CallersFixture();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => new ApiKeyStore(callers.ApiKeyFile).CreateAsync(Ci with { Name = $"ci-{i}" })));

        new ApiKeyStore(callers.ApiKeyFile).List().Count.ShouldBe(16);
    }

    [Theory]
    [InlineData("", "deployer", "acme")]
    [InlineData("ci", "", "acme")]
    [InlineData("ci", "dep\nloyer", "acme")]
    [InlineData("ci", "deployer", null)]
    [InlineData("ci", "deployer", "$system")]
    public async Task Create_ThatNamesNobody_IsRefused(string name, string subject, string? tenant)
    {
        using var callers = new CallersFixture();

        await Should.ThrowAsync<ArgumentException>(() => callers.ApiKeys.CreateAsync(new(name, CallerKind.User, subject, tenant)));

        callers.ApiKeys.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_NameOfALiveKey_IsRefused()
    {
        using var callers = new CallersFixture();
        await callers.ApiKeys.CreateAsync(Ci);

        (await Should.ThrowAsync<ArgumentException>(() => callers.ApiKeys.CreateAsync(Ci))).Message.ShouldContain("Rotate it");
    }

    [Fact]
    public async Task Create_Workers_NeedNoTenant()
    {
        using var callers = new CallersFixture();
        var (_, text) = await callers.ApiKeys.CreateAsync(new("fleet", CallerKind.Worker, "orders-worker", TenantId: null));

        var caller = (await callers.BearerAsync(text)).Caller!;

        (caller.Kind, caller.Subject, caller.Principal).ShouldBe((CallerKind.Worker, "orders-worker", null));
    }
}
