using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>A token endpoint that gives short-lived tokens, and remembers them.</summary>
internal sealed class OAuth2Server : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _issued = new();

    private OAuth2Server(WebApplication app) => _app = app;

    public Uri TokenEndpoint { get; private set; } = null!;

    public IReadOnlyList<string> Issued => [.. _issued];

    public static async Task<OAuth2Server> StartAsync(TimeSpan lifetime)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new OAuth2Server(app);
        app.Run(async context =>
        {
            var token = $"issued-token-{Guid.NewGuid():N}";
            server._issued.Enqueue(token);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":{{(int)lifetime.TotalSeconds}}}""");
        });
        await app.StartAsync();
        server.TokenEndpoint = new(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), "/token");
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
