using System.Net;
using System.Text;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Audit;
using Mandate.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Acceptance.Tests.Edge;

/// <summary>Tokens that must not let anybody in.</summary>
public sealed class TokenTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    public static TheoryData<string, string> Refused() => new()
    {
        { "none", "token-missing" },
        { "expired", "token-expired" },
        { "not yet valid", "token-not-yet-valid" },
        { "wrong issuer", "token-issuer" },
        { "wrong audience", "token-audience" },
        { "alg none", "token-algorithm" },
        { "HS256 with the public key", "token-algorithm" },
        { "unknown key id", "token-key-unknown" },
        { "another key under the known id", "token-signature" },
        { "tampered claims", "token-signature" },
        { "not a token", "token-malformed" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    [Scenario("identity", 2)]
    public async Task Start_TokenThatIsNotGood_Is401AuditedAndNothingStarts(string kind, string reason)
    {
        var workflowId = $"refused-{Guid.NewGuid():N}";
        using var rest = fixture.WithToken(Forge(kind));

        var answer = await rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId, input = "x" });

        Expect.Problem(answer, HttpStatusCode.Unauthorized, "unauthenticated");
        await using var engine = fixture.Engine();
        (await engine.HasExecutionAsync(workflowId)).ShouldBeFalse();
        // The answer's trace id names the event of exactly this refusal.
        (await SystemEventAsync(answer.Body.GetProperty("traceId").GetString()!)).ShouldBe((AuditResult.Denied, "authentication", reason));
    }

    private string? Forge(string kind)
    {
        var idp = fixture.Identities;
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return kind switch
        {
            "none" => null,
            "expired" => idp.Token("alice", "acme", t => (t.NotBefore, t.Expires) = (now.AddHours(-2), now.AddHours(-1))),
            "not yet valid" => idp.Token("alice", "acme", t => (t.NotBefore, t.Expires) = (now.AddHours(1), now.AddHours(2))),
            "wrong issuer" => idp.Token("alice", "acme", t => t.Issuer = "http://127.0.0.1:1"),
            "wrong audience" => idp.Token("alice", "acme", t => t.Audience = "another-service"),
            "alg none" => idp.Token("alice", "acme", t => t.SigningCredentials = null),
            "HS256 with the public key" => idp.Token("alice", "acme", t =>
                t.SigningCredentials = new(new SymmetricSecurityKey(idp.PublicKeyBytes()) { KeyId = idp.Key.KeyId }, SecurityAlgorithms.HmacSha256)),
            "unknown key id" => idp.Token("alice", "acme", t => t.SigningCredentials = new(TestIdentityProvider.NewKey(), SecurityAlgorithms.EcdsaSha256)),
            "another key under the known id" => idp.Token("alice", "acme", t =>
                t.SigningCredentials = new(new ECDsaSecurityKey(TestIdentityProvider.NewKey().ECDsa) { KeyId = idp.Key.KeyId }, SecurityAlgorithms.EcdsaSha256)),
            "tampered claims" => Tamper(idp.Token("mallory", "acme")),
            _ => "this.is.nothing",
        };
    }

    /// <summary>The same token with another user in it.</summary>
    private static string Tamper(string token)
    {
        var parts = token.Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]);
        claims.ShouldContain("mallory");
        parts[1] = Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(claims.Replace("mallory", "alice", StringComparison.Ordinal)));
        return string.Join('.', parts);
    }

    /// <summary>Refusals belong to no tenant, so they are read from the ledger itself, which any process may do.</summary>
    private async Task<(AuditResult Result, string Type, string Reason)> SystemEventAsync(string traceId)
    {
        var entry = (await Ledger.ReadAsync(fixture.Directory, AuditLedger.SystemTenant)).Single(e => e.Context.GetValueOrDefault("traceId") == traceId);
        return (entry.Result, entry.Type, entry.Metadata["reason"]);
    }
}
