using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mandate.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Identity.Tests;

public sealed class EnvelopeTests : IDisposable
{
    private readonly EnvelopeFixture _fixture = EnvelopeFixture.Create();

    public void Dispose() => _fixture.Dispose();

    private string Envelope(Principal? principal = null, string @namespace = "default", string workflowId = "order-1") =>
        _fixture.Signer.SignPrincipal(principal ?? EnvelopeFixture.Alice, @namespace, workflowId);

    [Fact]
    public void Verify_GoodEnvelope_GivesThePrincipalWithItsRoot()
    {
        var principal = new Principal("älice 😀", "acme") { Scopes = ["a", "b"], Actor = "schedule:nightly" };

        var verdict = _fixture.Verifier.Verify(Envelope(principal), "default", "order-1");

        verdict.IsAccepted.ShouldBeTrue();
        verdict.Refusal.ShouldBeNull();
        verdict.Principal.ShouldBe(principal with { Issuer = "mandate", RootWorkflowId = "order-1" });
    }

    [Fact]
    public void Sign_Claims_AreThoseOfTheFormat()
    {
        var envelope = Envelope(EnvelopeFixture.Alice with { Actor = "schedule:n" });

        var parts = envelope.Split('.');
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        header.RootElement.EnumerateObject().Select(p => p.Name).ShouldBe(["alg", "kid", "typ"]);
        payload.RootElement.EnumerateObject().Select(p => p.Name).ShouldBe(["iss", "sub", "tid", "act", "ns", "wid", "iat", "jti", "scp"]);
        payload.RootElement.GetProperty("iat").GetInt64().ShouldBe(_fixture.Clock.GetUtcNow().ToUnixTimeSeconds());
        payload.RootElement.GetProperty("wid").GetString().ShouldBe("order-1");
    }

    [Fact]
    public async Task Sign_Envelope_IsAJwsForOtherLibraries()
    {
        var set = new JsonWebKeySet(_fixture.Ring.ToJsonWebKeySet());

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(Envelope(), new()
        {
            IssuerSigningKeys = set.GetSigningKeys(),
            ValidIssuer = "mandate",
            ValidateAudience = false,
            ValidateLifetime = false,
        });

        result.IsValid.ShouldBeTrue(result.Exception?.Message);
        result.Claims["tid"].ShouldBe("acme");
    }

    [Fact]
    [Scenario("identity", 17)]
    public void Verify_OneByteFlippedAtEveryPosition_IsRefused()
    {
        var envelope = Envelope();
        _fixture.Verifier.Verify(envelope, "default", "order-1").IsAccepted.ShouldBeTrue();
        var attempts = 0;
        for (var position = 0; position < envelope.Length; position++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = envelope.ToCharArray();
                changed[position] ^= (char)(1 << bit);
                _fixture.Verifier.Verify(new(changed), "default", "order-1").IsAccepted.ShouldBeFalse($"bit {bit} at {position}");
                attempts++;
            }

            _fixture.Verifier.Verify(envelope.Remove(position, 1), "default", "order-1").IsAccepted.ShouldBeFalse($"without {position}");
            _fixture.Verifier.Verify(envelope.Insert(position, "A"), "default", "order-1").IsAccepted.ShouldBeFalse($"more at {position}");
        }

        attempts.ShouldBeGreaterThan(2_000);
    }

    [Fact]
    public void Verify_OtherSpellings_AreRefused()
    {
        var envelope = Envelope();
        string[] spellings =
        [
            envelope + "=", envelope + "==", envelope + " ", " " + envelope, envelope + "\n", envelope + ".", "." + envelope, envelope.Replace(".", "..", StringComparison.Ordinal),
            envelope.Replace(".", ".\n", StringComparison.Ordinal), envelope[..^1], envelope[..envelope.LastIndexOf('.')], envelope + new string('A', 20_000), "", "..", "?", "eyJ",
        ];
        foreach (var spelling in spellings)
            _fixture.Verifier.Verify(spelling, "default", "order-1").IsAccepted.ShouldBeFalse(spelling);
    }

    [Fact]
    [Scenario("identity", 17)]
    public void Verify_UnknownKey_IsRefused()
    {
        using var other = EnvelopeFixture.Create();

        _fixture.Verifier.Verify(other.Signer.SignPrincipal(EnvelopeFixture.Alice, "default", "order-1"), "default", "order-1").Refusal.ShouldBe(PrincipalRefusal.UnknownKey);
    }

    [Fact]
    [Scenario("identity", 17)]
    public void Verify_OtherNamespace_IsRefused() =>
        _fixture.Verifier.Verify(Envelope(@namespace: "staging"), "default", "order-1").Refusal.ShouldBe(PrincipalRefusal.WrongNamespace);

    [Fact]
    [Scenario("identity", 16)]
    public void Verify_EnvelopeOfAnotherRun_IsRefused()
    {
        var envelope = Envelope(workflowId: "order-1");
        _fixture.Verifier.Verify(envelope, "default", "order-1").IsAccepted.ShouldBeTrue();

        _fixture.Verifier.Verify(envelope, "default", "order-2").Refusal.ShouldBe(PrincipalRefusal.WrongRun);
    }

    [Fact]
    public void Verify_OtherIssuer_IsRefused()
    {
        var signer = new PrincipalSigner(_fixture.Ring, new() { Issuer = "other" });

        _fixture.Verifier.Verify(signer.SignPrincipal(EnvelopeFixture.Alice, "default", "order-1"), "default", "order-1").Refusal.ShouldBe(PrincipalRefusal.WrongIssuer);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Verify_None_IsMissing(string? envelope) => _fixture.Verifier.Verify(envelope, "default", "order-1").Refusal.ShouldBe(PrincipalRefusal.Missing);

    [Fact]
    public void Verify_HeaderWithAnythingElse_IsRefused()
    {
        var keyId = _fixture.Ring.KeyIds[0];
        string[] headers =
        [
            """{"alg":"none","kid":"@","typ":"mandate-principal+jws"}""",
            """{"alg":"HS256","kid":"@","typ":"mandate-principal+jws"}""",
            """{"alg":"es256","kid":"@","typ":"mandate-principal+jws"}""",
            """{"alg":"ES256","kid":"@","typ":"JWT"}""",
            """{"alg":"ES256","kid":"@"}""",
            """{"alg":"ES256","typ":"mandate-principal+jws"}""",
            """{"alg":"ES256","kid":["@"],"typ":"mandate-principal+jws"}""",
            """{"alg":"ES256","kid":"@","typ":"mandate-principal+jws","crit":["exp"]}""",
            """{"alg":"ES256","kid":"@","typ":"mandate-principal+jws","jwk":{}}""",
            """{"alg":"ES256","alg":"none","typ":"mandate-principal+jws"}""",
            """{"alg":"ES256","kid":"@","typ":"mandate-actor+jws"}""",
            "[]", "null", "", "{",
        ];
        foreach (var header in headers)
            _fixture.Verifier.Verify(Forge(header.Replace("@", keyId, StringComparison.Ordinal), Payload()), "default", "order-1").Refusal.ShouldBe(PrincipalRefusal.Malformed, header);
        // The same made by the same hand with the right header is good: what was refused was the header.
        _fixture.Verifier.Verify(Forge($$"""{"alg":"ES256","kid":"{{keyId}}","typ":"mandate-principal+jws"}""", Payload()), "default", "order-1").IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public void Verify_HmacWithThePublicKey_IsRefused()
    {
        var header = $$"""{"alg":"HS256","kid":"{{_fixture.Ring.KeyIds[0]}}","typ":"mandate-principal+jws"}""";
        var signed = $"{Encode(header)}.{Encode(Payload())}";
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(_fixture.Ring.ToJsonWebKeySet()), Encoding.UTF8.GetBytes(signed));

        _fixture.Verifier.Verify($"{signed}.{Base64Url.EncodeToString([.. mac, .. mac])}", "default", "order-1").IsAccepted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"sub\":\"alice\"", "\"sub\":7")]
    [InlineData("\"sub\":\"alice\"", "\"sub\":\"\"")]
    [InlineData("\"sub\":\"alice\"", "\"sub\":\"a\\nb\"")]
    [InlineData("\"sub\":\"alice\",", "")]
    [InlineData("\"sub\":\"alice\"", "\"sub\":\"alice\",\"sub\":\"root\"")]
    [InlineData("\"tid\":\"acme\",", "")]
    [InlineData("\"tid\":\"acme\"", "\"tid\":\"$system\"")]
    [InlineData("\"wid\":\"order-1\",", "")]
    [InlineData("\"ns\":\"default\",", "")]
    [InlineData("\"iss\":\"mandate\",", "")]
    [InlineData("\"iat\":1", "\"iat\":\"1\"")]
    [InlineData("\"jti\":\"j\"", "\"msg\":\"signal:x\",\"jti\":\"j\"")]
    [InlineData("\"jti\":\"j\"", "\"jti\":\"j\",\"scp\":\"admin\"")]
    [InlineData("\"jti\":\"j\"", "\"jti\":\"j\",\"scp\":[1]")]
    [InlineData("\"jti\":\"j\"", "\"jti\":\"j\",\"act\":{\"sub\":\"x\"}")]
    public void Verify_SignedClaimsThatAreNoStatement_AreRefused(string part, string instead)
    {
        var header = $$"""{"alg":"ES256","kid":"{{_fixture.Ring.KeyIds[0]}}","typ":"mandate-principal+jws"}""";
        var payload = Payload();
        payload.ShouldContain(part);

        _fixture.Verifier.Verify(Forge(header, payload.Replace(part, instead, StringComparison.Ordinal)), "default", "order-1").Refusal.ShouldBe(PrincipalRefusal.Malformed);
    }

    [Fact]
    public void VerifyActor_GoodStatement_GivesTheSender()
    {
        var statement = _fixture.Signer.SignActor(EnvelopeFixture.Bob, "default", "order-1", WorkflowMessageKind.Signal, "approve");

        var verdict = _fixture.Verifier.VerifyActor(statement, "default", "order-1", WorkflowMessageKind.Signal, "approve");

        verdict.Principal.ShouldBe(EnvelopeFixture.Bob with { Issuer = "mandate" });
    }

    [Fact]
    public void VerifyActor_StatementOfAWorkflow_NamesTheWorkflowItsRunAndItsRoot()
    {
        var sender = new WorkflowSender(new string('w', 1_000), "run-1", "root-1");
        var statement = _fixture.Signer.SignActor(EnvelopeFixture.Alice, sender, "default", "order-1", WorkflowMessageKind.Signal, "approve");

        var verdict = _fixture.Verifier.VerifyActor(statement, "default", "order-1", WorkflowMessageKind.Signal, "approve");

        verdict.Principal.ShouldBe(EnvelopeFixture.Alice with { Issuer = "mandate" });
        verdict.Sender.ShouldBe(sender);
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(statement.Split('.')[1]));
        payload.RootElement.EnumerateObject().Select(p => p.Name).ShouldBe(["iss", "sub", "tid", "act", "ns", "wid", "msg", "swid", "srid", "sroot", "iat", "jti", "scp"]);
        payload.RootElement.GetProperty("act").GetString().ShouldBe("workflow:" + sender.WorkflowId);
    }

    [Theory]
    [InlineData("""{"iss":"mandate","sub":"a","tid":"b","act":"workflow:w","ns":"default","wid":"order-1","msg":"cancel","swid":"w","srid":"r","sroot":"t","iat":1,"jti":"j"}""", true)]
    [InlineData("""{"iss":"mandate","sub":"a","tid":"b","act":"workflow:x","ns":"default","wid":"order-1","msg":"cancel","swid":"w","srid":"r","sroot":"t","iat":1,"jti":"j"}""", false)]
    [InlineData("""{"iss":"mandate","sub":"a","tid":"b","ns":"default","wid":"order-1","msg":"cancel","swid":"w","srid":"r","sroot":"t","iat":1,"jti":"j"}""", false)]
    [InlineData("""{"iss":"mandate","sub":"a","tid":"b","act":"workflow:w","ns":"default","wid":"order-1","msg":"cancel","swid":"w","sroot":"t","iat":1,"jti":"j"}""", false)]
    [InlineData("""{"iss":"mandate","sub":"a","tid":"b","act":"workflow:w","ns":"default","wid":"order-1","msg":"cancel","swid":"w","srid":"r","sroot":7,"iat":1,"jti":"j"}""", false)]
    public void VerifyActor_SenderClaimsThatDoNotAgree_AreRefused(string payload, bool accepted)
    {
        var statement = Forge($$"""{"alg":"ES256","kid":"{{_fixture.Ring.KeyIds[0]}}","typ":"mandate-actor+jws"}""", payload);

        _fixture.Verifier.VerifyActor(statement, "default", "order-1", WorkflowMessageKind.Cancel, "").IsAccepted.ShouldBe(accepted);
        _fixture.Verifier.VerifyActor(statement, "default", "order-1", WorkflowMessageKind.Terminate, "").IsAccepted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("default", "order-2", WorkflowMessageKind.Signal, "approve", PrincipalRefusal.WrongMessage)]
    [InlineData("default", "order-1", WorkflowMessageKind.Update, "approve", PrincipalRefusal.WrongMessage)]
    [InlineData("default", "order-1", WorkflowMessageKind.Signal, "reject", PrincipalRefusal.WrongMessage)]
    [InlineData("staging", "order-1", WorkflowMessageKind.Signal, "approve", PrincipalRefusal.WrongNamespace)]
    public void VerifyActor_ForAnythingElse_IsRefused(string @namespace, string workflowId, WorkflowMessageKind kind, string name, PrincipalRefusal refusal)
    {
        var statement = _fixture.Signer.SignActor(EnvelopeFixture.Bob, "default", "order-1", WorkflowMessageKind.Signal, "approve");

        _fixture.Verifier.VerifyActor(statement, @namespace, workflowId, kind, name).Refusal.ShouldBe(refusal);
    }

    [Fact]
    public void Verify_StatementOfTheOtherKind_IsRefusedAlsoWhenRemembered()
    {
        var envelope = Envelope();
        var statement = _fixture.Signer.SignActor(EnvelopeFixture.Bob, "default", "order-1", WorkflowMessageKind.Signal, "approve");

        for (var i = 0; i < 2; i++)
        {
            _fixture.Verifier.Verify(statement, "default", "order-1").Refusal.ShouldBe(PrincipalRefusal.Malformed);
            _fixture.Verifier.VerifyActor(envelope, "default", "order-1", WorkflowMessageKind.Signal, "approve").Refusal.ShouldBe(PrincipalRefusal.Malformed);
            _fixture.Verifier.Verify(envelope, "default", "order-1").IsAccepted.ShouldBeTrue();
            _fixture.Verifier.VerifyActor(statement, "default", "order-1", WorkflowMessageKind.Signal, "approve").IsAccepted.ShouldBeTrue();
        }
    }

    [Fact]
    public void Verify_MoreEnvelopesThanAreRemembered_StaysRight()
    {
        var verifier = new PrincipalVerifier(_fixture.Ring, new() { CacheSize = 8 });
        var envelopes = Enumerable.Range(0, 50).Select(i => Envelope(workflowId: $"order-{i}")).ToList();

        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < envelopes.Count; i++)
                verifier.Verify(envelopes[i], "default", $"order-{i}").Principal!.RootWorkflowId.ShouldBe($"order-{i}");
        }
    }

    [Fact]
    public async Task SignAndVerify_ByManyThreads_AreRight()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(t => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
                _fixture.Verifier.Verify(Envelope(workflowId: $"{t}-{i}"), "default", $"{t}-{i}").IsAccepted.ShouldBeTrue();
        })));
    }

    private static string Payload() => """{"iss":"mandate","sub":"alice","tid":"acme","ns":"default","wid":"order-1","iat":1,"jti":"j"}""";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>Signs with the right key what nobody should have signed.</summary>
    private string Forge(string header, string payload)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(_fixture.Ring.Current.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }
}
