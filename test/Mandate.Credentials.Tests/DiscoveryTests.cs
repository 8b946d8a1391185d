using System.Net;
using Mandate.Testing;

namespace Mandate.Credentials.Tests;

public sealed class DiscoveryTests
{
    private static readonly ClientCredentialsOptions Options = ProviderFixture.Options() with { TokenEndpoint = null, Authority = new("https://idp.example/tenant") };

    private static ProviderFixture Provider(string place, string metadata, HttpStatusCode elsewhere = HttpStatusCode.NotFound)
    {
        var provider = ProviderFixture.Issuing();
        var issue = provider.Answer;
        provider.Answer = (request, cancellation) =>
            request.Method == "POST" ? issue(request, cancellation)
            : Task.FromResult(request.Uri.AbsoluteUri == place ? ScriptedHttpHandler.Json(metadata) : new HttpResponseMessage(elsewhere));
        return provider;
    }

    [Theory]
    [InlineData("https://idp.example/tenant/.well-known/openid-configuration")]
    [InlineData("https://idp.example/.well-known/oauth-authorization-server/tenant")]
    public async Task GetToken_ByAuthority_FindsTheTokenEndpointOnce(string place)
    {
        var provider = Provider(place, """{"issuer":"https://idp.example/tenant","token_endpoint":"https://idp.example/t"}""");
        using var source = provider.Source(Options);

        await source.GetTokenAsync();
        await source.GetTokenAsync(forceRefresh: true);

        provider.Handler.Received.Count(r => r.Uri.AbsoluteUri == place).ShouldBe(1);
        provider.Handler.Received.Count(r => r.Uri.AbsoluteUri == "https://idp.example/t").ShouldBe(2);
    }

    [Fact]
    public async Task GetToken_AnHourLater_AsksForTheMetadataAgain()
    {
        const string place = "https://idp.example/tenant/.well-known/openid-configuration";
        var provider = Provider(place, """{"issuer":"https://idp.example/tenant","token_endpoint":"https://idp.example/t"}""");
        using var source = provider.Source(Options);
        await source.GetTokenAsync();
        provider.Clock.Advance(TimeSpan.FromHours(1));

        await source.GetTokenAsync();

        provider.Handler.Received.Count(r => r.Uri.AbsoluteUri == place).ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"issuer":"https://evil.example","token_endpoint":"https://idp.example/t"}""", "another issuer")]
    [InlineData("""{"token_endpoint":"https://idp.example/t"}""", "another issuer")]
    [InlineData("""{"issuer":"https://idp.example/tenant"}""", "no token endpoint")]
    [InlineData("""{"issuer":"https://idp.example/tenant","token_endpoint":"http://idp.example/t"}""", "without TLS")]
    [InlineData("<html>", "not a JSON object")]
    [InlineData("[]", "not a JSON object")]
    public async Task GetToken_MetadataIsNotUsable_IsAClearErrorAndNoSecretIsSent(string metadata, string hint)
    {
        var provider = Provider("https://idp.example/tenant/.well-known/openid-configuration", metadata);
        using var source = provider.Source(Options);

        (await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync())).Message.ShouldContain(hint);

        provider.Exchanges.ShouldBe(0);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, TokenErrorKind.InvalidResponse)]
    [InlineData(HttpStatusCode.Forbidden, TokenErrorKind.InvalidResponse)]
    [InlineData(HttpStatusCode.ServiceUnavailable, TokenErrorKind.Unavailable)]
    public async Task GetToken_NoMetadata_IsAClearError(HttpStatusCode status, TokenErrorKind kind)
    {
        var provider = Provider("nowhere", "", status);
        using var source = provider.Source(Options);

        (await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync())).Kind.ShouldBe(kind);
    }
}
