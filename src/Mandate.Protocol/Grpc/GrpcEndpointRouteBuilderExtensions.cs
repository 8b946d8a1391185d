using Mandate.Protocol.Grpc.Listening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mandate.Protocol.Grpc;

/// <summary>Serves the contract's RPCs in an existing ASP.NET Core application.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps every service of the contract, and the health check, to <paramref name="handler"/>. The application brings HTTP/2 (on a cleartext endpoint
    /// <c>Protocols = Http2</c>), and its limits hold: long polls want <c>MinRequestBodyDataRate</c> and <c>MinResponseDataRate</c> null and a larger
    /// <c>Http2.MaxStreamsPerConnection</c>. An authenticated user of the application becomes <see cref="RpcCall.Caller"/>.
    /// </summary>
    /// <param name="endpoints">The application's endpoints.</param>
    /// <param name="handler">Answers the calls.</param>
    /// <param name="maxRequestBytes">Largest request message in bytes. Default: 4 MiB.</param>
    /// <param name="maxBytesInFlight">Bytes that requests which are not answered yet may take together. Default: as of <see cref="GrpcListenerOptions.MaxBytesInFlight"/>.</param>
    /// <returns>The endpoints, for conventions such as <c>RequireAuthorization</c>.</returns>
    public static IEndpointConventionBuilder MapGrpc(this IEndpointRouteBuilder endpoints, RpcHandler handler, int maxRequestBytes = 4 * 1024 * 1024, long? maxBytesInFlight = null)
    {
        var services = endpoints.ServiceProvider;
        var dispatcher = new CallDispatcher(
            handler,
            maxRequestBytes,
            maxBytesInFlight ?? GrpcListenerOptions.DefaultMaxBytesInFlight,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILoggerFactory>());
        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.Register(dispatcher.EndLongPolls);

        var group = endpoints.MapGroup("");
        foreach (var service in RpcMethods.All.Select(m => m.Service).Distinct(StringComparer.Ordinal))
            group.Map($"/{service}/{{method}}", dispatcher.InvokeAsync).WithDisplayName($"gRPC {service}");
        return group;
    }
}
