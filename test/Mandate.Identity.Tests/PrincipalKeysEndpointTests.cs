using Mandate.Identity.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Tests;

public sealed class PrincipalKeysEndpointTests
{
    [Fact]
    public async Task Get_KeySet_IsWhatRemoteVerifiersUse()
    {
        using var issuer = EnvelopeFixture.Create();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPrincipalKeys(issuer.Ring);
        await app.StartAsync();
        using var keys = new RemoteKeySet(new(app.Urls.Single() + "/.well-known/jwks.json"));

        var verdict = await new PrincipalVerifier(keys).VerifyAsync(issuer.Signer.SignPrincipal(EnvelopeFixture.Alice, "default", "order-1"), "default", "order-1");

        verdict.IsAccepted.ShouldBeTrue();
    }
}
