using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Mandate.Protocol.Tests.Grpc.Calling;

/// <summary>An HTTP/2 server that answers every request as a test says: a proxy, a broken peer, another implementation.</summary>
internal sealed class PlainServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private PlainServer(WebApplication application) => _application = application;

    internal string Address => new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

    internal static Task<PlainServer> StartAsync(RequestDelegate answer) => StartAsync(application => application.Run(answer));

    internal static async Task<PlainServer> StartAsync(Action<WebApplication> configure, Action<WebApplicationBuilder>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, e => e.Protocols = HttpProtocols.Http2));
        services?.Invoke(builder);
        var application = builder.Build();
        configure(application);
        await application.StartAsync();
        return new(application);
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
