using System.Security.Authentication;

namespace Mandate.Protocol.Grpc.Calling;

/// <summary>What a failure below gRPC means as a gRPC status.</summary>
internal static class TransportFailure
{
    internal static RpcException Translate(Exception failure, Uri target)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is HttpProtocolException { ErrorCode: var code })
                return new(OfErrorCode(code), $"the call to {target.Authority} was broken off by HTTP/2 error {code}: {e.Message}", failure);
            if (e is AuthenticationException)
                return new(RpcStatusCode.Unavailable, $"no trusted TLS connection to {target.Authority}: {e.Message}", failure);
        }

        return new(RpcStatusCode.Unavailable, $"cannot reach {target.Authority}: {failure.Message}", failure);
    }

    /// <summary>
    /// The table "Errors" of gRPC over HTTP/2, with two rows changed. A connection that goes away in good order (NO_ERROR) is UNAVAILABLE: it is the server's restart, and
    /// a repeat helps. PROTOCOL_ERROR is UNAVAILABLE as well: it is what the platform reports when a peer answers no pings, which is far more common than a peer that
    /// resets a stream with it.
    /// </summary>
    private static RpcStatusCode OfErrorCode(long code) => code switch
    {
        0x0 or 0x1 or 0x7 => RpcStatusCode.Unavailable,
        0x8 => RpcStatusCode.Cancelled,
        0xb => RpcStatusCode.ResourceExhausted,
        0xc => RpcStatusCode.PermissionDenied,
        0xd => RpcStatusCode.Unknown,
        _ => RpcStatusCode.Internal,
    };
}
