using System.Buffers;
using System.Net.Http.Headers;

namespace Mandate.Protocol.Grpc.Calling;

/// <summary>Writes metadata into request headers, refusing what could not arrive as it was meant and what must not leave in clear.</summary>
internal static class OutgoingMetadata
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");
    private static readonly SearchValues<char> ValueCharacters = SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (char)c)]);

    /// <exception cref="RpcException">INVALID_ARGUMENT: a key or value cannot be sent. FAILED_PRECONDITION: a credential would leave in clear.</exception>
    internal static void Write(RpcMetadata metadata, HttpRequestHeaders headers, GrpcTarget target, bool allowCredentialsOverCleartext)
    {
        foreach (var (key, values) in metadata)
        {
            if (GrpcHeaders.IsReserved(key))
                throw new RpcException(RpcStatusCode.InvalidArgument, $"metadata key '{key}' belongs to the protocol; use another name");
            if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(KeyCharacters))
                throw new RpcException(RpcStatusCode.InvalidArgument, "a metadata key has a character other than a-z, 0-9, '_', '-' and '.'");
            if (IsCredential(key) && !target.IsTls && !target.IsLoopback && !allowCredentialsOverCleartext)
            {
                throw new RpcException(
                    RpcStatusCode.FailedPrecondition,
                    $"'{key}' metadata was not sent: the connection to {target.BaseAddress.Authority} is not encrypted. Use TLS, or set {nameof(GrpcChannelOptions.AllowCredentialsOverCleartext)} where the network is trusted");
            }

            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAnyExcept(ValueCharacters))
                    throw new RpcException(RpcStatusCode.InvalidArgument, $"the value of metadata '{key}' has characters outside printable ASCII; send it as base64 under a key ending in -bin");
            }

            headers.TryAddWithoutValidation(key, values);
        }
    }

    private static bool IsCredential(string key) => key is "authorization" or "proxy-authorization" or "cookie";
}
