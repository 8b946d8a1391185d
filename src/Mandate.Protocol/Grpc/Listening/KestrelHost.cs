using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Mandate.Protocol.Grpc.Listening;

/// <summary>
/// Kestrel, set up for unary gRPC and run as a bare server: no generic host (which would take over the process's signals) and no middleware.
/// </summary>
internal sealed class KestrelHost : IAsyncDisposable
{
    private const string ClientAuthenticationOid = "1.3.6.1.5.5.7.3.2";

    private readonly WebApplication _application;
    private readonly IServer _server;

    internal KestrelHost(GrpcListenerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options));
        _application = builder.Build();
        _server = _application.Services.GetRequiredService<IServer>();
    }

    /// <summary>The port listened on, once started.</summary>
    internal int Port => new Uri(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()).Port;

    internal Task StartAsync(IHttpApplication<HttpContext> application, CancellationToken cancellation) => _server.StartAsync(application, cancellation);

    /// <summary>Takes no new calls and waits for those in flight, until <paramref name="abort"/> cuts the connections.</summary>
    internal Task StopAsync(CancellationToken abort) => _server.StopAsync(abort);

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Configure(KestrelServerOptions kestrel, GrpcListenerOptions options)
    {
        kestrel.AddServerHeader = false;

        // A poll waits for a minute without a byte in either direction; pings, not data rates, tell whether the peer is alive.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.KeepAlivePingDelay = options.KeepAlivePingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = options.KeepAlivePingTimeout;

        // The message limit is the frame reader's; Kestrel's limit would end the call without a gRPC status.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = 32 * 1024;
        kestrel.Limits.Http2.MaxStreamsPerConnection = options.MaxConcurrentCallsPerConnection;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;

        kestrel.Listen(options.ListenOn, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            if (options.Tls is { } tls)
                endpoint.UseHttps(https => Secure(https, tls));
        });
    }

    private static void Secure(HttpsConnectionAdapterOptions https, GrpcListenerTls tls)
    {
        https.ServerCertificateSelector = (_, _) => tls.Certificate();
        if (tls.ClientAuthorities is not { } authorities)
            return;
        https.ClientCertificateMode = tls.RequireClientCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (certificate, chain, errors) =>
            CertificateTrust.IsTrusted(certificate, chain, errors, authorities(), ClientAuthenticationOid);
    }
}
