using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Protocol.Grpc;

/// <summary>Whom a <see cref="GrpcChannel"/> calls, and how.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>
    /// The server: <c>host:port</c>, or <c>http://host:port</c> for cleartext and <c>https://host:port</c> for TLS. Without a scheme, <see cref="Tls"/> decides.
    /// Without a port: 7233.
    /// </summary>
    public required string Target { get; init; }

    /// <summary>TLS settings; null for cleartext, or for TLS with the machine's authorities when <see cref="Target"/> begins with <c>https://</c>. Default: null.</summary>
    public GrpcChannelTls? Tls { get; init; }

    /// <summary>
    /// Metadata for each call, asked for when the call is sent, so that a renewed bearer token is used by the next call on the open connection. It
    /// replaces values of the same key in <see cref="RpcCall.Metadata"/>: a channel's credentials are its owner's. Default: none.
    /// </summary>
    public Func<RpcCall, CancellationToken, ValueTask<RpcMetadata>>? Metadata { get; init; }

    /// <summary>
    /// Stages that calls pass on their way to the server, the first one first: what has to see the answers as well, such as worker authentication. Default: none.
    /// </summary>
    public IReadOnlyList<RpcStage> Stages { get; init; } = [];

    /// <summary>Permits <c>authorization</c> metadata over cleartext to an address other than loopback, where anybody on the way can read it. Default: false.</summary>
    public bool AllowCredentialsOverCleartext { get; init; }

    /// <summary>Largest response message in bytes, before and after decompression. Histories are large: default 128 MiB, as in Temporal's SDKs.</summary>
    public int MaxResponseBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>How long connecting may take, TLS included. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence on a connection after which a ping asks whether the server is still there. Default: 30 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to a ping may take before the connection is dropped and its calls fail with UNAVAILABLE. Default: 15 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Age at which a connection takes no new calls, so that changed addresses and renewed certificates come into use. Default: none, a connection lives as long as it works.
    /// </summary>
    public TimeSpan? ConnectionLifetime { get; init; }

    /// <summary>Clock of deadlines. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the channel logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The target alone.</summary>
    public override string ToString() => Target;
}
