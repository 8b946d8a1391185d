using System.Text;
using Mandate.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Identity.Tests.Callers;

public sealed class TokenTests
{
    [Fact]
    public async Task Authenticate_UsersToken_IsTheUserWithScopesAndCredential()
    {
        using var callers = new CallersFixture();

        var verdict = await callers.BearerAsync(callers.First.Token("alice", "acme", t => t.Claims["scope"] = "orders:write orders:read"));

        verdict.IsAccepted.ShouldBeTrue(verdict.Refusal?.Reason);
        verdict.Caller.Kind.ShouldBe(CallerKind.User);
        verdict.Caller.Principal.ShouldBe(new Principal("alice", "acme") { Scopes = ["orders:write", "orders:read"] });
        verdict.Caller.CredentialId.ShouldBe("token:j-1");
        verdict.Caller.ToString().ShouldBe("User alice@acme");
    }

    public static TheoryData<string, string> Bad() => new()
    {
        { "expired", "token-expired" },
        { "not yet valid", "token-not-yet-valid" },
        { "no end", "token-lifetime" },
        { "wrong issuer", "token-issuer" },
        { "wrong audience", "token-audience" },
        { "no audience", "token-audience" },
        { "alg none", "token-algorithm" },
        { "HS256 with the public key", "token-algorithm" },
        { "HS256 of nobody", "token-algorithm" },
        { "unknown key", "token-key-unknown" },
        { "other key under the id", "token-signature" },
        { "no user", "user-missing" },
        { "no tenant", "tenant-missing" },
        { "control character", "claim-unusable" },
        { "not a token", "token-malformed" },
        { "two parts", "token-malformed" },
        { "encrypted", "token-malformed" },
        { "huge", "token-malformed" },
        { "empty", "token-malformed" },
        { "nothing", "token-missing" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    [Scenario("identity", 2)]
    public async Task Authenticate_BadToken_IsRefusedWithItsReasonAndNothingOfItIsRepeated(string kind, string reason)
    {
        using var callers = new CallersFixture();
        var token = Make(callers, kind);

        var verdict = await callers.BearerAsync(token);

        verdict.Refusal!.Reason.ShouldBe(reason);
        verdict.Refusal.Kind.ShouldBe(reason is "user-missing" or "tenant-missing" or "claim-unusable" ? CallerRefusalKind.Forbidden : CallerRefusalKind.Unauthenticated);
        if (token is { Length: > 0 })
            (verdict.Refusal.Message + string.Concat(callers.Loggers.Lines)).ShouldNotContain(token);
    }

    [Fact]
    [Scenario("identity", 5)]
    public async Task Authenticate_AfterRotation_TakesNewAndOldTokensAndReadsTheKeysOnce()
    {
        using var callers = new CallersFixture();
        var old = callers.First.Token("alice", "acme");
        (await callers.ReasonAsync(old)).ShouldBeNull();

        callers.First.Rotate();
        callers.Clock.Advance(TimeSpan.FromSeconds(31));

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => callers.ReasonAsync(callers.First.Token("bob", "acme", t => t.Claims["jti"] = $"j-{i}"))));
        results.ShouldAllBe(r => r == null);
        (await callers.ReasonAsync(old)).ShouldBeNull();
        callers.First.Reads.ShouldBe(2);
    }

    [Fact]
    public async Task Authenticate_ProviderForgetsAKey_RefusesItsRememberedTokensOnceTheKeysAreReadAgain()
    {
        using var callers = new CallersFixture();
        var stolen = callers.First.Token("alice", "acme");
        (await callers.ReasonAsync(stolen)).ShouldBeNull();

        callers.First.Rotate(forgetOld: true);
        callers.Clock.Advance(TimeSpan.FromSeconds(31));
        (await callers.ReasonAsync(callers.First.Token("bob", "acme"))).ShouldBeNull();

        (await callers.ReasonAsync(stolen)).ShouldBe("token-key-unknown");
    }

    [Fact]
    public async Task Authenticate_FloodOfUnknownKeys_ReadsTheKeysAtMostOnceAnInterval()
    {
        using var callers = new CallersFixture();
        (await callers.ReasonAsync(callers.First.Token("alice", "acme"))).ShouldBeNull();
        callers.Clock.Advance(TimeSpan.FromSeconds(31));

        for (var i = 0; i < 50; i++)
            (await callers.ReasonAsync(callers.First.Token("m", "acme", t => t.SigningCredentials = new(ScriptedIssuer.NewKey(), SecurityAlgorithms.EcdsaSha256)))).ShouldBe("token-key-unknown");

        callers.First.Reads.ShouldBe(2);
    }

    [Fact]
    public async Task Authenticate_KnownToken_IsJudgedByItsLifeEachTime()
    {
        using var callers = new CallersFixture();
        var token = callers.First.Token("alice", "acme");
        // The first one of all is judged while the keys are read, and is remembered from the next time on.
        await callers.BearerAsync(token);
        var first = await callers.BearerAsync(token);

        (await callers.BearerAsync(token)).Caller.ShouldBeSameAs(first.Caller, "it is remembered");
        callers.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(29));
        (await callers.ReasonAsync(token)).ShouldBeNull();
        callers.Clock.Advance(TimeSpan.FromSeconds(1));
        (await callers.ReasonAsync(token)).ShouldBe("token-expired");
    }

    [Fact]
    public async Task Authenticate_ProviderDown_IsToBeTriedAgainAndOthersTokensPass()
    {
        using var callers = new CallersFixture();
        callers.First.IsDown = true;

        var down = await callers.BearerAsync(callers.First.Token("alice", "acme"));
        down.Refusal!.Kind.ShouldBe(CallerRefusalKind.Unavailable);
        (await callers.ReasonAsync(callers.Second.Token("carol", "umbrella"))).ShouldBeNull();
        callers.Loggers.Lines.ShouldContain(l => l.Contains("IssuerUnavailable", StringComparison.Ordinal));

        callers.First.IsDown = false;
        callers.Clock.Advance(TimeSpan.FromSeconds(2));
        (await callers.ReasonAsync(callers.First.Token("alice", "acme"))).ShouldBeNull();

        // Keys at hand are used on while the provider is away, and no longer than a day.
        callers.First.IsDown = true;
        callers.Clock.Advance(TimeSpan.FromHours(23));
        (await callers.ReasonAsync(callers.First.Token("alice", "acme"))).ShouldBeNull();
        callers.Clock.Advance(TimeSpan.FromHours(2));
        (await callers.BearerAsync(callers.First.Token("alice", "acme"))).Refusal!.Kind.ShouldBe(CallerRefusalKind.Unavailable);
    }

    [Theory]
    [InlineData("umbrella", null)]
    [InlineData("globex", null)]
    [InlineData("acme", "tenant-of-another-issuer")]
    [InlineData(null, "tenant-missing")]
    [Scenario("identity", 2)]
    public async Task Authenticate_IssuerOfSomeTenants_SpeaksForThoseAlone(string? tenant, string? reason)
    {
        using var callers = new CallersFixture();

        (await callers.ReasonAsync(callers.Second.Token("carol", tenant))).ShouldBe(reason);
        // A worker's token without a tenant would be good for every tenant, which this issuer may not say.
        (await callers.ReasonAsync(callers.Second.Token("carol", tenant, t => t.Claims["scope"] = "mandate:worker"))).ShouldBe(reason);
    }

    [Fact]
    public async Task Authenticate_IssuerOfOneTenant_NeedNotNameIt()
    {
        using var callers = new CallersFixture(first: o => o with { Tenants = ["acme"] });

        (await callers.BearerAsync(callers.First.Token("alice", tenant: null))).Caller!.Principal.ShouldBe(new("alice", "acme"));
        (await callers.ReasonAsync(callers.First.Token("alice", "umbrella"))).ShouldBe("tenant-of-another-issuer");
    }

    [Fact]
    public async Task Authenticate_TokenSignedByOneIssuerAndNamingAnother_IsRefused()
    {
        using var callers = new CallersFixture();
        (await callers.ReasonAsync(callers.First.Token("alice", "acme"))).ShouldBeNull();

        (await callers.ReasonAsync(callers.Second.Token("alice", "acme", t => t.Issuer = callers.First.Authority))).ShouldBe("token-key-unknown");
    }

    [Theory]
    [InlineData("scope", "mandate:worker", CallerKind.Worker)]
    [InlineData("client_id", "orders", CallerKind.Service)]
    [InlineData("azp", "orders", CallerKind.Service)]
    [InlineData("client_id", "portal", CallerKind.User)]
    public async Task Authenticate_Kind_FollowsFromScopeAndClient(string claim, string value, CallerKind kind)
    {
        using var callers = new CallersFixture();

        (await callers.BearerAsync(callers.First.Token("orders", "acme", t => t.Claims[claim] = value))).Caller!.Kind.ShouldBe(kind);
        var homeless = await callers.BearerAsync(callers.First.Token("orders", tenant: null, t => t.Claims[claim] = value));
        if (kind is CallerKind.User)
            homeless.Refusal!.Reason.ShouldBe("tenant-missing");
        else
            homeless.Caller!.Principal.ShouldBeNull();
    }

    [Fact]
    [Scenario("identity", 1)]
    public async Task Authenticate_ConfiguredClaimNames_AreRead()
    {
        using var callers = new CallersFixture(first: o => o with { Claims = new() { UserId = ["oid"], TenantId = ["org"], Scopes = ["permissions"] } });

        var verdict = await callers.BearerAsync(callers.First.Token("ignored", "ignored", t => (t.Claims["oid"], t.Claims["org"], t.Claims["permissions"]) = ("alice", "acme", new[] { "a", "b" })));

        verdict.Caller!.Principal.ShouldBe(new Principal("alice", "acme") { Scopes = ["a", "b"] });
    }

    [Fact]
    public async Task Authenticate_TokenTypeDemanded_RefusesOthers()
    {
        using var callers = new CallersFixture(first: o => o with { TokenTypes = ["at+jwt"] });

        (await callers.ReasonAsync(callers.First.Token("alice", "acme"))).ShouldBe("token-type");
        (await callers.ReasonAsync(callers.First.Token("alice", "acme", t => t.TokenType = "at+jwt"))).ShouldBeNull();
    }

    [Fact]
    public async Task Authenticate_DocumentOfAnotherIssuer_IsNotUsed()
    {
        using var callers = new CallersFixture();
        callers.First.DocumentIssuer = "https://mallory.example.com";

        (await callers.ReasonAsync(callers.First.Token("alice", "acme", t => t.Issuer = "https://mallory.example.com"))).ShouldBe("identity-provider-unavailable");
        callers.Loggers.Lines.ShouldContain(l => l.Contains("another issuer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Authenticate_TokenAndApiKey_AreRefusedTogether()
    {
        using var callers = new CallersFixture();

        var verdict = await callers.Authenticator.AuthenticateAsync(new() { BearerToken = callers.First.Token("alice", "acme"), ApiKey = "mandate_x" }, CancellationToken.None);

        verdict.Refusal!.Reason.ShouldBe("credentials-ambiguous");
    }

    private static string? Make(CallersFixture callers, string kind)
    {
        var (issuer, now) = (callers.First, callers.Clock.GetUtcNow().UtcDateTime);
        string Token(Action<SecurityTokenDescriptor> change) => issuer.Token("alice", "acme", change);
        return kind switch
        {
            "expired" => Token(t => (t.NotBefore, t.Expires) = (now.AddHours(-2), now.AddHours(-1))),
            "not yet valid" => Token(t => (t.NotBefore, t.Expires) = (now.AddHours(1), now.AddHours(2))),
            "no end" => Token(t => t.Expires = null),
            "wrong issuer" => Token(t => t.Issuer = "https://elsewhere.example.com"),
            "wrong audience" => Token(t => t.Audience = "another-service"),
            "no audience" => Token(t => t.Audience = null),
            "alg none" => Token(t => t.SigningCredentials = null),
            "HS256 with the public key" => Token(t => t.SigningCredentials = new(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(issuer.Key.ECDsa.ExportSubjectPublicKeyInfoPem())) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256)),
            "HS256 of nobody" => Token(t => (t.Issuer, t.SigningCredentials) = ("https://elsewhere.example.com", new(new SymmetricSecurityKey(new byte[32]), SecurityAlgorithms.HmacSha256))),
            "unknown key" => Token(t => t.SigningCredentials = new(ScriptedIssuer.NewKey(), SecurityAlgorithms.EcdsaSha256)),
            "other key under the id" => Token(t => t.SigningCredentials = new(new ECDsaSecurityKey(ScriptedIssuer.NewKey().ECDsa) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.EcdsaSha256)),
            "no user" => Token(t => t.Claims.Remove("sub")),
            "no tenant" => Token(t => t.Claims.Remove("tenant_id")),
            "control character" => Token(t => t.Claims["tenant_id"] = "ac\r\nme"),
            "not a token" => "this.is.nothing",
            "two parts" => "a.b",
            "encrypted" => "a.b.c.d.e",
            "huge" => Token(t => t.Claims["x"] = new string('x', 20_000)),
            "empty" => "",
            _ => null,
        };
    }
}
