using System.Net;
using Mandate.Identity.Keys;
using Mandate.Testing;

namespace Mandate.Identity.Tests;

public sealed class RemoteKeySetTests : IDisposable
{
    private static readonly Uri Address = new("https://mandate.example/.well-known/jwks.json");

    private readonly EnvelopeFixture _issuer = EnvelopeFixture.Create();
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedHttpHandler _http;
    private readonly RecordingLoggers _loggers = new();
    private readonly RemoteKeySet _keys;
    private readonly PrincipalVerifier _verifier;
    private Func<HttpResponseMessage> _answer;

    public RemoteKeySetTests()
    {
        _answer = () => ScriptedHttpHandler.Json(_issuer.Ring.ToJsonWebKeySet());
        _http = new(_ => _answer());
        _keys = new(Address, _http, _clock, _loggers);
        _verifier = new(_keys);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _issuer.Dispose();
        _http.Dispose();
    }

    private string Envelope() => _issuer.Signer.SignPrincipal(EnvelopeFixture.Alice, "default", "order-1");

    private ValueTask<PrincipalVerdict> VerifyAsync(string envelope) => _verifier.VerifyAsync(envelope, "default", "order-1");

    [Fact]
    public async Task Verify_FirstEnvelope_FetchesTheKeysOnce()
    {
        (await VerifyAsync(Envelope())).IsAccepted.ShouldBeTrue();
        (await VerifyAsync(Envelope())).IsAccepted.ShouldBeTrue();

        _http.Received.ShouldHaveSingleItem().Uri.ShouldBe(Address);
    }

    [Fact]
    public async Task Verify_WithoutWaiting_IsUndecidedUntilTheKeysAreThere()
    {
        var envelope = Envelope();
        _verifier.Verify(envelope, "default", "order-1").Refusal.ShouldBe(PrincipalRefusal.KeysUnavailable);

        await _keys.LoadAsync();

        _verifier.Verify(envelope, "default", "order-1").IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Verify_IssuerRotates_RefetchesOnceAndAccepts()
    {
        await VerifyAsync(Envelope());
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _issuer.Ring.RotateAsync();

        (await VerifyAsync(Envelope())).IsAccepted.ShouldBeTrue();

        _http.Received.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Verify_UnknownKey_LeadsToOneFetchAndIsRefused()
    {
        using var forger = EnvelopeFixture.Create();
        var forged = forger.Signer.SignPrincipal(EnvelopeFixture.Alice, "default", "order-1");
        await VerifyAsync(Envelope());
        _clock.Advance(TimeSpan.FromMinutes(1));

        for (var i = 0; i < 20; i++)
            (await VerifyAsync(forged)).Refusal.ShouldBe(PrincipalRefusal.UnknownKey);

        _http.Received.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Verify_ManyUnknownKeys_DoNotFloodTheIssuer()
    {
        await VerifyAsync(Envelope());
        for (var i = 0; i < 30; i++)
        {
            using var forger = EnvelopeFixture.Create();
            (await VerifyAsync(forger.Signer.SignPrincipal(EnvelopeFixture.Alice, "default", "order-1"))).IsAccepted.ShouldBeFalse();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _http.Received.Count.ShouldBeLessThanOrEqualTo(1 + 3);
        (await VerifyAsync(Envelope())).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Verify_KeyAskedForWithinTheInterval_IsUndecidedRatherThanRefused()
    {
        await VerifyAsync(Envelope());
        await _issuer.Ring.RotateAsync();
        var fresh = Envelope();

        (await VerifyAsync(fresh)).Refusal.ShouldBe(PrincipalRefusal.KeysUnavailable, "a fetch is not allowed yet, and only a fetch can tell");
        _clock.Advance(RemoteKeySet.MinimumInterval);

        (await VerifyAsync(fresh)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Verify_IssuerDownAtFirst_IsUndecidedAndRecovers()
    {
        var good = _answer;
        _answer = () => new(HttpStatusCode.ServiceUnavailable);
        (await VerifyAsync(Envelope())).Refusal.ShouldBe(PrincipalRefusal.KeysUnavailable);
        _answer = good;
        _clock.Advance(RemoteKeySet.MinimumInterval);

        (await VerifyAsync(Envelope())).IsAccepted.ShouldBeTrue();
        _loggers.Lines.ShouldContain(l => l.StartsWith("Warning PrincipalKeysFetchFailed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_IssuerDownLater_UsesTheOldKeysForADay()
    {
        await VerifyAsync(Envelope());
        _answer = () => throw new HttpRequestException("refused");
        _clock.Advance(TimeSpan.FromHours(23));
        (await VerifyAsync(Envelope())).IsAccepted.ShouldBeTrue();
        _clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromTicks(1));

        (await VerifyAsync(Envelope())).Refusal.ShouldBe(PrincipalRefusal.KeysUnavailable);
    }

    [Fact]
    public async Task Verify_KeyWithdrawnByTheIssuer_IsRefusedAfterTheNextFetch()
    {
        var old = Envelope();
        (await VerifyAsync(old)).IsAccepted.ShouldBeTrue();
        await _issuer.Ring.RotateAsync();
        await _issuer.Ring.RemoveAsync(_issuer.Ring.KeyIds[0]);
        _clock.Advance(RemoteKeySet.Lifetime + TimeSpan.FromTicks(1));
        (await VerifyAsync(old)).IsAccepted.ShouldBeTrue("the keys at hand are used while new ones are fetched");
        await _keys.LoadAsync();
        _clock.Advance(RemoteKeySet.MinimumInterval);

        (await VerifyAsync(old)).Refusal.ShouldBe(PrincipalRefusal.UnknownKey);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"keys":7}""")]
    [InlineData("""{"keys":[7,"x",null]}""")]
    public async Task Load_AnswerIsNoKeySet_LeavesTheKeysAsTheyWere(string body)
    {
        await VerifyAsync(Envelope());
        _answer = () => ScriptedHttpHandler.Json(body);
        _clock.Advance(TimeSpan.FromHours(2));
        await _keys.LoadAsync();

        (await VerifyAsync(Envelope())).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Load_KeysOfOtherKinds_ArePassedOver()
    {
        var set = _issuer.Ring.ToJsonWebKeySet();
        _answer = () => ScriptedHttpHandler.Json(set.Replace("[", """[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"r"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"bad"},{"kty":"oct","k":"AAAA"},""", StringComparison.Ordinal));

        (await VerifyAsync(Envelope())).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Load_KeyUnderAnIdThatIsNotItsThumbprint_IsPassedOver()
    {
        using var forger = EnvelopeFixture.Create();
        var id = _issuer.Ring.KeyIds[0];
        _answer = () => ScriptedHttpHandler.Json(forger.Ring.ToJsonWebKeySet().Replace(forger.Ring.KeyIds[0], id, StringComparison.Ordinal));

        (await VerifyAsync(Envelope())).IsAccepted.ShouldBeFalse();
    }

    [Fact]
    public async Task Load_AnswerTooLarge_IsRefused()
    {
        _answer = () => ScriptedHttpHandler.Json("""{"keys":[""" + new string(' ', 1024 * 1024) + "]}");

        (await VerifyAsync(Envelope())).Refusal.ShouldBe(PrincipalRefusal.KeysUnavailable);
    }

    [Theory]
    [InlineData("http://mandate.example/jwks")]
    [InlineData("ftp://localhost/jwks")]
    [InlineData("/relative")]
    public void Constructor_AddressAnybodyCouldAnswer_IsRefused(string address) =>
        Should.Throw<ArgumentException>(() => new RemoteKeySet(new(address, UriKind.RelativeOrAbsolute))).Message.ShouldContain("https");
}
