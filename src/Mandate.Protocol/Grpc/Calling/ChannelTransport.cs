using System.Net;

namespace Mandate.Protocol.Grpc.Calling;

/// <summary>The HTTP/2 connections of a channel.</summary>
internal static class ChannelTransport
{
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
        SslOptions = target.IsTls ? (options.Tls ?? new()).CreateSslOptions() : new(),
    };
}
