using System.Net;
using Mandate.Testing;

namespace Mandate.Credentials.Tests.Chain;

public sealed class RotatedCredentialTests : IDisposable
{
    private readonly CountingPlace _place = new("store") { Holds = new("orders-worker", new("old-canary"), "store") };
    private readonly RecordingLoggers _loggers = new();

    private ClientCredentialsTokenSource Source(ProviderFixture provider) => provider.Source(
        new()
        {
            TokenEndpoint = ProviderFixture.Options().TokenEndpoint,
            Credentials = new ClientCredentialChain(ApplicationName.Parse("orders"), [_place], loggers: _loggers),
            Authentication = ClientAuthentication.ClientSecretPost,
        },
        _loggers);

    public void Dispose() => _loggers.Dispose();

    [Fact]
    [Scenario("worker-authentication", 19)]
    public async Task GetToken_SecretRotatedInTheStore_IsReadAnewAndTheExchangeSucceeds()
    {
        var accepted = "old-canary";
        var provider = new ProviderFixture();
        provider.Answer = (request, _) => Task.FromResult(request.Form["client_secret"] == accepted
            ? ScriptedHttpHandler.Json($$"""{"access_token":"by-{{accepted}}","expires_in":900}""")
            : ScriptedHttpHandler.Json("""{"error":"invalid_client"}""", HttpStatusCode.Unauthorized));
        using var source = Source(provider);
        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("by-old-canary");
        accepted = "new-canary";
        _place.Holds = new("orders-worker", new("new-canary"), "store");

        (await source.GetTokenAsync(forceRefresh: true)).Value.Reveal().ShouldBe("by-new-canary");

        provider.Exchanges.ShouldBe(3);
        _place.Asked.ShouldBe(2);
        _loggers.Lines.ShouldContain(l => l.StartsWith("Warning CredentialsReadAnew", StringComparison.Ordinal));
        _loggers.Lines.ShouldAllBe(l => !l.Contains("canary"));
    }

    [Fact]
    public async Task GetToken_RefusedAndTheStoreHasNothingNew_IsNotSentTwice()
    {
        var provider = ProviderFixture.Answering(HttpStatusCode.Unauthorized, """{"error":"invalid_client"}""");
        using var source = Source(provider);

        (await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync())).Kind.ShouldBe(TokenErrorKind.InvalidClient);

        provider.Exchanges.ShouldBe(1);
        _place.Asked.ShouldBe(2);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [Scenario("worker-authentication", 20)]
    public async Task GetToken_ProviderInTrouble_KeepsTheCredentialsAndIsRetryable(HttpStatusCode status)
    {
        var provider = new ProviderFixture();
        provider.Fail(status);
        using var source = Source(provider);

        (await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync())).IsTransient.ShouldBeTrue();
        (await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync())).IsTransient.ShouldBeTrue();
        provider.Issue();
        await source.GetTokenAsync();

        _place.Asked.ShouldBe(1);
        provider.Handler.Received.ShouldAllBe(r => r.Form["client_secret"] == "old-canary");
    }
}
