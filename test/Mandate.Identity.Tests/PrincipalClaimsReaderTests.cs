using System.Security.Claims;

namespace Mandate.Identity.Tests;

public sealed class PrincipalClaimsReaderTests
{
    private static ClaimsPrincipal Caller(params (string Type, string Value)[] claims) =>
        new(new ClaimsIdentity(claims.Select(c => new Claim(c.Type, c.Value)), "Bearer"));

    [Fact]
    public void Read_Defaults_TakeUserIdBeforeSubject()
    {
        new PrincipalClaimsReader().Read(Caller(("sub", "s-1"), ("tenant_id", "acme"))).ShouldBe(new Principal("s-1", "acme"));
        new PrincipalClaimsReader().Read(Caller(("sub", "s-1"), ("user_id", "alice"), ("tenant_id", "acme"))).UserId.ShouldBe("alice");
    }

    [Fact]
    public void Read_ConfiguredNames_AreTaken()
    {
        var reader = new PrincipalClaimsReader(new() { UserId = ["email"], TenantId = ["org", "org_id"] });

        reader.Read(Caller(("sub", "s-1"), ("email", "alice@acme.example"), ("org_id", "o-1"))).ShouldBe(new Principal("alice@acme.example", "o-1"));
    }

    [Fact]
    public void Read_Scopes_AreSplitAndJoined() =>
        new PrincipalClaimsReader().Read(Caller(("sub", "a"), ("tenant_id", "t"), ("scope", "read write"), ("scp", "admin"), ("scp", "read"))).Scopes
            .ShouldBe(["read", "write", "admin"]);

    [Fact]
    public void Read_TenantMissing_IsRefusedAndNamesTheClaim()
    {
        var error = Should.Throw<PrincipalClaimsException>(() => new PrincipalClaimsReader().Read(Caller(("sub", "alice"))));

        error.Problem.ShouldBe(PrincipalClaimsProblem.TenantMissing);
        error.Message.ShouldContain("'tenant_id'");
    }

    [Fact]
    public void Read_UserMissing_IsRefused() =>
        Should.Throw<PrincipalClaimsException>(() => new PrincipalClaimsReader().Read(Caller(("tenant_id", "acme")))).Problem.ShouldBe(PrincipalClaimsProblem.UserMissing);

    [Fact]
    public void Read_EmptyUserId_DoesNotFallBackToTheSubject() =>
        Should.Throw<PrincipalClaimsException>(() => new PrincipalClaimsReader().Read(Caller(("user_id", ""), ("sub", "root"), ("tenant_id", "acme"))))
            .Problem.ShouldBe(PrincipalClaimsProblem.UserMissing);

    [Fact]
    public void Read_NotAuthenticated_IsRefused() =>
        Should.Throw<PrincipalClaimsException>(() => new PrincipalClaimsReader().Read(new(new ClaimsIdentity([new("sub", "a"), new("tenant_id", "t")]))))
            .Problem.ShouldBe(PrincipalClaimsProblem.NotAuthenticated);

    [Theory]
    [InlineData("tenant_id")]
    [InlineData("sub")]
    public void Read_ClaimTwiceWithOtherValues_IsAmbiguous(string claim) =>
        Should.Throw<PrincipalClaimsException>(() => new PrincipalClaimsReader().Read(Caller(("sub", "a"), ("tenant_id", "t"), (claim, "other"))))
            .Problem.ShouldBe(PrincipalClaimsProblem.Ambiguous);

    [Fact]
    public void Read_UnusableValue_IsRefusedWithoutRepeatingIt()
    {
        var error = Should.Throw<PrincipalClaimsException>(() => new PrincipalClaimsReader().Read(Caller(("sub", "alice\r\nX-Evil: 1"), ("tenant_id", "acme"))));

        error.Problem.ShouldBe(PrincipalClaimsProblem.Unusable);
        error.Message.ShouldNotContain("Evil");
    }
}
