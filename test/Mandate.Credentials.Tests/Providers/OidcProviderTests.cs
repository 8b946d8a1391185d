using System.Text;
using System.Text.Json;
using System.Buffers.Text;
using Mandate.Testing;

namespace Mandate.Credentials.Tests;

/// <summary>The token source against a real identity provider.</summary>
public sealed class OidcProviderTests
{
    [Fact]
    public async Task GetToken_ByDiscovery_IsAJwtForTheAudience()
    {
        await using var provider = await OidcProvider.StartAsync(new() { TokenLifetime = TimeSpan.FromSeconds(900) });
        using var source = new ClientCredentialsTokenSource(new()
        {
            Authority = provider.Issuer, ClientId = "orders-worker", ClientSecret = new("s3cr3t-canary"), Audience = "temporal", Scopes = ["a", "b"],
        });

        var token = await source.GetTokenAsync();

        var claims = Claims(token.Value.Reveal());
        claims.GetProperty("aud").GetString().ShouldBe("temporal");
        claims.GetProperty("scope").GetString().ShouldBe("a b");
        claims.GetProperty("iss").GetString().ShouldBe(provider.Issuer.ToString().TrimEnd('/'));
        (await provider.RequestsAsync()).ShouldHaveSingleItem().ShouldBe(new(OidcProvider.ClientCredentialsGrant, "orders-worker", 200, null));
    }

    private static JsonElement Claims(string token) => JsonElement.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1])));
}
