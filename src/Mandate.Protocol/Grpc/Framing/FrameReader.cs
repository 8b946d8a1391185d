using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mandate.Protocol.Grpc.Framing;

/// <summary>
/// Reads the one message of a unary call from a byte stream.
/// <list type="number">
/// <item>Wait for the prefix. The declared length is checked against the limit before anything is kept for it.</item>
/// <item>Let the pipe collect exactly that many bytes; memory grows with what arrived, never with what was declared.</item>
/// <item>Inflate when flagged, with the same limit on what comes out, and parse in place.</item>
/// <item>Wait for the end of the stream. Anything after the message is a violation: unary means one.</item>
/// </list>
/// </summary>
internal sealed class FrameReader
{
    private readonly MessageDescriptor _type;
    private readonly string? _encoding;
    private readonly int _maxBytes;
    private readonly RpcStatusCode _malformed;
    private readonly Action<long>? _admit;

    /// <param name="type">The message expected.</param>
    /// <param name="encoding">Value of <c>grpc-encoding</c>, null when absent.</param>
    /// <param name="maxBytes">Largest message accepted, before and after decompression.</param>
    /// <param name="malformed">What bytes that are no message mean: the fault of whoever sent them.</param>
    /// <param name="admit">Told of bytes before they are taken in, and once more when they turn out to be more inflated; throws when there are too many.</param>
    internal FrameReader(MessageDescriptor type, string? encoding, int maxBytes, RpcStatusCode malformed, Action<long>? admit = null)
    {
        _type = type;
        _encoding = encoding;
        _maxBytes = maxBytes;
        _malformed = malformed;
        _admit = admit;
    }

    /// <summary>Reads the message and the end of the stream.</summary>
    /// <returns>Null when the stream ended without a single byte, as it does in answers that carry only a status.</returns>
    /// <exception cref="RpcException">The bytes are not one valid message within the limit.</exception>
    internal async ValueTask<IMessage?> ReadAsync(PipeReader reader, CancellationToken cancellation)
    {
        FrameHeader? header = null;
        IMessage? message = null;
        while (true)
        {
            var read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            if (read.IsCanceled)
                throw new OperationCanceledException(cancellation);
            var buffer = read.Buffer;
            if (message is not null && !buffer.IsEmpty)
                throw new RpcException(_malformed, "malformed gRPC stream: a unary call carries one message, more bytes followed it");

            var consumed = buffer.Start;
            if (message is null)
            {
                if (header is null && buffer.Length >= FrameHeader.Size)
                    header = Checked(FrameHeader.Read(buffer, _malformed));
                if (header is { } known && buffer.Length >= FrameHeader.Size + known.Length)
                {
                    var body = buffer.Slice(FrameHeader.Size, known.Length);
                    if (buffer.Length > FrameHeader.Size + known.Length)
                        throw new RpcException(_malformed, "malformed gRPC stream: a unary call carries one message, more bytes followed it");
                    message = known.Compressed ? ParseCompressed(body) : Parse(body);
                    consumed = body.End;
                }
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(consumed, buffer.End);
                continue;
            }

            reader.AdvanceTo(buffer.End);
            if (message is null && !buffer.IsEmpty)
                throw Truncated(header, buffer.Length);
            return message;
        }
    }

    private FrameHeader Checked(FrameHeader header)
    {
        if (header.Length > _maxBytes)
            throw TooLarge($"a message of {header.Length} bytes");
        if (header.Compressed && (_encoding is null || _encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            throw new RpcException(_malformed, "malformed gRPC frame: flagged as compressed, but grpc-encoding names no compression");
        _admit?.Invoke(header.Length);
        return header;
    }

    private IMessage ParseCompressed(in ReadOnlySequence<byte> body)
    {
        if (!string.Equals(_encoding, GrpcHeaders.Gzip, StringComparison.OrdinalIgnoreCase))
            throw new RpcException(RpcStatusCode.Unimplemented, $"compression is not supported: use gzip or none");

        using var inflated = new PooledBuffer(_maxBytes);
        try
        {
            if (!Gunzip.TryInflate(body, inflated))
                throw TooLarge("a compressed message that inflates past the limit");
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(_malformed, "malformed gRPC message: the compressed bytes are not gzip", e);
        }

        _admit?.Invoke(Math.Max(0, inflated.Written.Length - body.Length));
        return Parse(new ReadOnlySequence<byte>(inflated.Written));
    }

    private IMessage Parse(in ReadOnlySequence<byte> body)
    {
        try
        {
            return _type.Parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(_malformed, $"malformed gRPC message: the bytes are not a {_type.FullName}: {e.Message}", e);
        }
    }

    private RpcException Truncated(FrameHeader? header, long received) => new(
        _malformed,
        header is { } known
            ? $"truncated gRPC message: {known.Length} bytes declared, {received - FrameHeader.Size} received"
            : $"truncated gRPC frame: {received} of {FrameHeader.Size} prefix bytes received");

    private RpcException TooLarge(string what) => new(
        RpcStatusCode.ResourceExhausted,
        $"{what} exceeds the receiver's limit of {_maxBytes} bytes; send less, or raise the limit there");
}
