using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mandate.Development;

/// <summary>A small HTTP server of a development-only part.</summary>
internal static class LoopbackServer
{
    /// <summary>A builder without configuration files, so that nothing of the service's settings leaks into the part.</summary>
    public static WebApplicationBuilder CreateBuilder(string part, string environment, IPEndPoint listenOn, ILoggerFactory loggers)
    {
        DevelopmentOnly.Require(part, environment, listenOn.Address);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(listenOn, listener => listener.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        return builder;
    }

    /// <summary>Where the server listens, with the port the system chose.</summary>
    public static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
