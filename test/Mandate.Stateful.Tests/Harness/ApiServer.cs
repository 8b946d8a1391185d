using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>The API that workflows call: it remembers which token came, and by which path.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServiceProvider _services;
    private readonly ConcurrentQueue<(string Path, string Token)> _calls = new();

    private ApiServer(WebApplication app)
    {
        _app = app;
        var services = new ServiceCollection();
        services.AddHttpClient("api").AddApiToken();
        _services = services.BuildServiceProvider();
        Client = _services.GetRequiredService<IHttpClientFactory>().CreateClient("api");
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Calls with the token of the workflow whose activity uses it.</summary>
    public HttpClient Client { get; }

    public IReadOnlyList<(string Path, string Token)> Calls => [.. _calls];

    public static async Task<ApiServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new ApiServer(app);
        app.Run(context =>
        {
            server._calls.Enqueue((context.Request.Path, context.Request.Headers.Authorization.ToString()["Bearer ".Length..]));
            return context.Response.WriteAsync(context.Request.Path);
        });
        await app.StartAsync();
        server.Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _app.DisposeAsync();
    }
}
