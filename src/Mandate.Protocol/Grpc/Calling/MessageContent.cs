using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Mandate.Protocol.Grpc.Framing;

namespace Mandate.Protocol.Grpc.Calling;

/// <summary>A request body of one message, serialised when it is sent into one pooled buffer and written at once.</summary>
internal sealed class MessageContent : HttpContent
{
    private static readonly MediaTypeHeaderValue MediaType = new(GrpcHeaders.ContentType);

    private readonly IMessage _message;
    private readonly int _size;

    internal MessageContent(IMessage message)
    {
        _message = message;
        _size = message.CalculateSize();
        Headers.ContentType = MediaType;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer(int.MaxValue);
        buffer.GetSpan(FrameHeader.Size + _size);
        FrameWriter.Write(buffer, _message, _size);
        await stream.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = FrameHeader.Size + (long)_size;
        return true;
    }
}
