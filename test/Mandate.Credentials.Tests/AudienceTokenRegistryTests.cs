using Mandate.Testing;

namespace Mandate.Credentials.Tests;

public sealed class AudienceTokenRegistryTests
{
    private static AudienceTokenRegistry Registry(ProviderFixture provider) => new(
        new Dictionary<string, ClientCredentialsOptions>
        {
            ["orders"] = ProviderFixture.Options() with { Audience = "orders" },
            ["billing"] = ProviderFixture.Options() with { Audience = "billing" },
        },
        provider.Handler,
        provider.Clock);

    [Fact]
    [Scenario("identity", 21)]
    public async Task GetToken_TwoAudiences_AreCachedAndRefreshedEachOnItsOwn()
    {
        var provider = new ProviderFixture();
        provider.Answer = (request, _) =>
        {
            var audience = request.Form["audience"];
            var count = provider.Handler.Received.Count(r => r.Form["audience"] == audience);
            return Task.FromResult(ScriptedHttpHandler.Json($$"""{"access_token":"{{audience}}-{{count}}","expires_in":{{(audience == "orders" ? 600 : 3600)}}}"""));
        };
        using var registry = Registry(provider);

        var tokens = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => registry.GetTokenAsync(i % 2 == 0 ? "orders" : "billing").AsTask()));
        tokens.Select(t => t.Value.Reveal()).Distinct().Order().ShouldBe(["billing-1", "orders-1"]);

        provider.Clock.Advance(TimeSpan.FromSeconds(560));
        (await registry.GetTokenAsync("orders")).Value.Reveal().ShouldBe("orders-2");
        (await registry.GetTokenAsync("billing")).Value.Reveal().ShouldBe("billing-1");
        (await registry.GetTokenAsync("billing", forceRefresh: true)).Value.Reveal().ShouldBe("billing-2");
        (await registry.GetTokenAsync("orders")).Value.Reveal().ShouldBe("orders-2");
    }

    [Fact]
    public async Task GetToken_UnknownAudience_IsRefusedAndNamesTheConfiguredOnes()
    {
        var provider = ProviderFixture.Issuing();
        using var registry = Registry(provider);

        var error = await Should.ThrowAsync<TokenException>(async () => await registry.GetTokenAsync("oders"));

        error.Kind.ShouldBe(TokenErrorKind.NotConfigured);
        error.IsTransient.ShouldBeFalse();
        error.Message.ShouldContain("billing, orders");
        provider.Exchanges.ShouldBe(0);
    }
}
