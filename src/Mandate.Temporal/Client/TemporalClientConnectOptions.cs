using Mandate.Protocol.Grpc;

namespace Mandate.Temporal.Client;

/// <summary>How a client connects to a server by gRPC, and behaves then.</summary>
public sealed record TemporalClientConnectOptions : TemporalClientOptions
{
    /// <summary>Creates options; <see cref="TargetHost"/> has to be set.</summary>
    public TemporalClientConnectOptions()
    {
    }

    /// <summary>Creates options for a server.</summary>
    /// <param name="targetHost"><c>host:port</c>, or a URI with <c>http</c> or <c>https</c>.</param>
    public TemporalClientConnectOptions(string targetHost) => TargetHost = targetHost;

    /// <summary>The server: <c>host:port</c>, or a URI with <c>http</c> or <c>https</c>.</summary>
    public string? TargetHost { get; init; }

    /// <summary>TLS, null for none unless the URI says <c>https</c>.</summary>
    public GrpcChannelTls? Tls { get; init; }

    /// <summary>Channel settings beside target and TLS, such as the provider of a bearer token.</summary>
    public Func<GrpcChannelOptions, GrpcChannelOptions>? ConfigureChannel { get; init; }

    /// <summary>Target, namespace and identity; metadata may be secret.</summary>
    public override string ToString() => $"{TargetHost}/{Namespace} as {Identity}";
}
