using System.Buffers;
using Google.Protobuf;

namespace Mandate.Protocol.Grpc.Framing;

/// <summary>Writes one uncompressed message with its prefix straight into the transport's buffers.</summary>
internal static class FrameWriter
{
    internal static void Write(IBufferWriter<byte> output, IMessage message) => Write(output, message, message.CalculateSize());

    /// <summary>As <see cref="Write(IBufferWriter{byte}, IMessage)"/>, with the size the caller has calculated.</summary>
    internal static void Write(IBufferWriter<byte> output, IMessage message, int size)
    {
        new FrameHeader(Compressed: false, (uint)size).Write(output.GetSpan(FrameHeader.Size));
        output.Advance(FrameHeader.Size);
        message.WriteTo(output);
    }
}
