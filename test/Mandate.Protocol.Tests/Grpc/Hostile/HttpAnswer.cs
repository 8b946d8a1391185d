using System.Net;

namespace Mandate.Protocol.Tests.Grpc.Hostile;

/// <summary>An answer with headers and trailers as one.</summary>
internal sealed record HttpAnswer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    internal RpcStatusCode GrpcStatus => (RpcStatusCode)int.Parse(Headers["grpc-status"]);

    internal string GrpcMessage => Uri.UnescapeDataString(Headers["grpc-message"]);
}
