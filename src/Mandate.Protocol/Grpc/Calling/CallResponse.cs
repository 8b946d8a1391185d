using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Mandate.Protocol.Grpc.Framing;
using Mandate.Protocol.Grpc.Status;

namespace Mandate.Protocol.Grpc.Calling;

/// <summary>Reads the answer to one call: its message, or the error that its status means.</summary>
internal static class CallResponse
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(leaveOpen: true, bufferSize: 8192, useZeroByteReads: false);

    /// <exception cref="RpcException">The status is not OK, or the answer is not gRPC.</exception>
    internal static async ValueTask<IMessage> ReadAsync(HttpResponseMessage response, RpcMethod method, int maxBytes, CancellationToken cancellation)
    {
        if (StatusOf(response.Headers) is { } trailersOnly && Error(trailersOnly, response.Headers) is { } refused)
            throw refused;
        if (response.StatusCode != HttpStatusCode.OK || !GrpcHeaders.IsGrpcContentType(response.Content.Headers.ContentType?.ToString()))
            throw NotGrpc(response);

        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var reader = PipeReader.Create(stream, ReaderOptions);
        try
        {
            var encoding = response.Headers.TryGetValues(GrpcHeaders.Encoding, out var values) ? values.First() : null;
            var message = await new FrameReader(method.Response, encoding, maxBytes, RpcStatusCode.Internal).ReadAsync(reader, cancellation).ConfigureAwait(false);
            if (StatusOf(response.TrailingHeaders) is not { } status)
                throw new RpcException(RpcStatusCode.Unknown, "the answer ended without a grpc-status; a proxy on the way may drop HTTP/2 trailers");
            if (Error(status, response.TrailingHeaders) is { } error)
                throw error;
            return message ?? throw new RpcException(RpcStatusCode.Internal, $"the answer to {method} says OK but has no message");
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static string? StatusOf(HttpHeaders headers) => headers.TryGetValues(GrpcHeaders.Status, out var values) ? values.First() : null;

    /// <summary>The error a status stands for; null for OK.</summary>
    private static RpcException? Error(string status, HttpHeaders headers)
    {
        if (!int.TryParse(status, out var number) || number is < 0 or > (int)RpcStatusCode.Unauthenticated)
            return new(RpcStatusCode.Unknown, $"the server answered with the unknown gRPC status '{status}'");
        var code = (RpcStatusCode)number;
        if (code == RpcStatusCode.Ok)
            return null;

        var message = headers.TryGetValues(GrpcHeaders.Message, out var messages) ? StatusMessage.Decode(string.Join(",", messages)) : "";
        var details = headers.TryGetValues(GrpcHeaders.StatusDetails, out var encoded) ? StatusDetails.Decode(encoded.First(), code) : null;
        return new(code, message, [.. details ?? []]);
    }

    /// <summary>The mapping of "HTTP to gRPC Status Code Mapping" for answers that did not come from a gRPC server.</summary>
    private static RpcException NotGrpc(HttpResponseMessage response)
    {
        var code = response.StatusCode switch
        {
            HttpStatusCode.BadRequest => RpcStatusCode.Internal,
            HttpStatusCode.Unauthorized => RpcStatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => RpcStatusCode.PermissionDenied,
            HttpStatusCode.NotFound => RpcStatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                RpcStatusCode.Unavailable,
            _ => RpcStatusCode.Unknown,
        };
        var type = response.Content.Headers.ContentType?.MediaType ?? "no content type";
        return new(code, $"the answer is not gRPC: HTTP {(int)response.StatusCode} with {type}; is the target a gRPC endpoint?");
    }
}
