using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;

namespace Mandate.Protocol;

/// <summary>
/// One RPC on its way through the pipeline. Calls are immutable; a stage that changes something passes on a copy (<c>call with { … }</c>).
/// The messages are treated as immutable once handed over: in process no copy is made between caller and engine.
/// </summary>
public sealed record RpcCall
{
    /// <summary>Creates a call; the method follows from the request's type.</summary>
    public RpcCall(IMessage request, CancellationToken cancellation = default)
        : this(RpcMethods.ForRequest(request.GetType()), request, cancellation)
    {
    }

    /// <summary>Creates a call of a known method.</summary>
    public RpcCall(RpcMethod method, IMessage request, CancellationToken cancellation = default)
    {
        Method = method;
        Request = request;
        Cancellation = cancellation;
    }

    /// <summary>The RPC.</summary>
    public RpcMethod Method { get; init; }

    /// <summary>The request message, of type <see cref="RpcMethod.Request"/>.</summary>
    public IMessage Request { get; init; }

    /// <summary>Metadata sent by the caller (gRPC request headers), keys in lower case.</summary>
    public RpcMetadata Metadata { get; init; } = RpcMetadata.Empty;

    /// <summary>Who calls, once a stage has verified it; null before that, and where no stage does.</summary>
    public ClaimsPrincipal? Caller { get; init; }

    /// <summary>How long the caller waits from now on, when it said so (<c>grpc-timeout</c>).</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Network address of the caller, null in process.</summary>
    public string? Peer { get; init; }

    /// <summary>The certificate with which the caller opened its TLS connection; null without one.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>What stages have found out about the call, for those behind them; null before any did. Engines and channels do not look at it.</summary>
    public object? Context { get; init; }

    /// <summary>Cancelled when the caller goes away or its deadline has passed.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The method's path. Neither metadata nor message appear: both may hold secrets.</summary>
    public override string ToString() => Method.Path;
}
