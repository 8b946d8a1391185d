using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mandate.Protocol.Grpc.Calling;

/// <summary>The HTTP/2 connections of a channel.</summary>
internal static class ChannelTransport
{
    private const string ServerAuthenticationOid = "1.3.6.1.5.5.7.3.1";
    private const int MaxHeaderKilobytes = 64;

    internal static SocketsHttpHandler Create(GrpcTarget target, GrpcChannelOptions options) => new()
    {
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = options.ConnectTimeout,
        KeepAlivePingDelay = options.KeepAlivePingDelay,
        KeepAlivePingTimeout = options.KeepAlivePingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionLifetime = options.ConnectionLifetime ?? Timeout.InfiniteTimeSpan,
        InitialHttp2StreamWindowSize = 1024 * 1024,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,

        // Proxies do not pass cleartext HTTP/2, and the loopback is reached by none.
        UseProxy = target.IsTls && !target.IsLoopback,
        SslOptions = target.IsTls ? Tls(options.Tls ?? new()) : new(),
    };

    private static SslClientAuthenticationOptions Tls(GrpcChannelTls tls)
    {
        var options = new SslClientAuthenticationOptions();
        if (tls.ServerAuthorities is { } authorities)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                CertificateTrust.IsTrusted(certificate, chain, errors, authorities(), ServerAuthenticationOid);
        }

        if (tls.ClientCertificate is { } certificate)
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate();
        return options;
    }
}
