using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Protocol.Grpc;

/// <summary>How a <see cref="GrpcListener"/> listens.</summary>
public sealed record GrpcListenerOptions
{
    /// <summary>Address and port; port 0 lets the system choose. Default: 127.0.0.1:7233, Temporal's port.</summary>
    public IPEndPoint ListenOn { get; init; } = new(IPAddress.Loopback, 7233);

    /// <summary>TLS settings; null listens for cleartext HTTP/2 with prior knowledge. Default: null.</summary>
    public GrpcListenerTls? Tls { get; init; }

    /// <summary>
    /// Largest request message in bytes, before and after decompression; a larger one is answered RESOURCE_EXHAUSTED. Default: 4 MiB, the default of gRPC.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes that the requests which have arrived and are not answered yet may take together; what would exceed them is answered RESOURCE_EXHAUSTED. At least <see cref="MaxRequestBytes"/>. Default: an
    /// eighth of the memory the process may use, but at most 256 MiB.
    /// </summary>
    public long MaxBytesInFlight { get; init; } = DefaultMaxBytesInFlight;

    internal static long DefaultMaxBytesInFlight => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8, 8L * 1024 * 1024, 256L * 1024 * 1024);

    /// <summary>Calls open at one time on one connection. Workers hold many long polls on one connection, so this is generous. Default: 10,000.</summary>
    public int MaxConcurrentCallsPerConnection { get; init; } = 10_000;

    /// <summary>Silence on a connection after which a ping asks whether the peer is still there. Default: 30 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to a ping may take before the connection is dropped and its calls are cancelled. Default: 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long calls in flight may go on when the listener stops; long polls end at once. Default: 5 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Clock of deadlines and of <see cref="DrainTimeout"/>. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the listener and its HTTP server log. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
