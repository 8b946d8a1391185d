namespace Mandate.Identity.Tests;

public sealed class PrincipalTests
{
    public static TheoryData<string> Unusable() => new()
    {
        "", "a\rb", "a\nb", "a\r\nX-Injected: 1", "tab\t", "nul\0", "\u007f", "\u0085", "\u2028", "half \ud83d", "\udc00 half", "\uFFFD", " leading", "trailing ", "\u00a0nbsp",
        new('x', 513), new('é', 257), new('x', 4_096),
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Constructor_UnusableIdentifier_IsRefusedAndNotRepeated(string value)
    {
        foreach (var create in (Func<Principal>[])[
            () => new(value, "acme"),
            () => new("alice", value),
            () => new("alice", "acme") { Actor = value },
            () => new("alice", "acme") { Scopes = [value] }])
        {
            var error = Should.Throw<PrincipalException>(create);
            if (value.Length > 2)
                error.Message.ShouldNotContain(value);
        }
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("Ålice Ünder 😀")]
    [InlineData("a|b,c;d%20\"e\"")]
    [InlineData("auth0|5f7c8ec7c33c6c004bbafe82")]
    public void Constructor_OrdinaryIdentifier_IsTaken(string value) => new Principal(value, value).UserId.ShouldBe(value);

    [Fact]
    public void Constructor_ReservedTenant_IsRefused() => Should.Throw<PrincipalException>(() => new Principal("alice", "$system")).Message.ShouldContain("reserved");

    [Fact]
    public void Constructor_TooManyScopes_IsRefused() =>
        Should.Throw<PrincipalException>(() => new Principal("alice", "acme") { Scopes = [.. Enumerable.Range(0, 65).Select(i => $"s{i}")] });

    [Fact]
    public void Equals_SameValues_AreEqual()
    {
        var one = new Principal("alice", "acme") { Scopes = ["a", "b"], Actor = "x" };

        one.ShouldBe(new Principal("alice", "acme") { Scopes = ["a", "b"], Actor = "x" });
        one.GetHashCode().ShouldBe(new Principal("alice", "acme") { Scopes = ["a", "b"], Actor = "x" }.GetHashCode());
        one.ShouldNotBe(new Principal("alice", "acme") { Scopes = ["a"], Actor = "x" });
        one.ShouldNotBe(one with { UserId = "bob" });
        one.ShouldNotBe(one with { TenantId = "umbrella" });
        one.ShouldNotBe(one with { Actor = null });
    }

    [Fact]
    public void Scopes_ListIsChangedAfterwards_StayAsTheyWere()
    {
        var scopes = new List<string> { "read" };
        var principal = new Principal("alice", "acme") { Scopes = scopes };

        scopes.Add("admin");

        principal.Scopes.ShouldBe(["read"]);
    }

    [Fact]
    public void ToString_NamesUserTenantAndActor()
    {
        new Principal("alice", "acme").ToString().ShouldBe("alice@acme");
        new Principal("alice", "acme") { Actor = "schedule:nightly" }.ToString().ShouldBe("alice@acme by schedule:nightly");
    }
}
