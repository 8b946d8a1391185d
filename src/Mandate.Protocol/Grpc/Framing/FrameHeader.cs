using System.Buffers;
using System.Buffers.Binary;

namespace Mandate.Protocol.Grpc.Framing;

/// <summary>The five bytes before a message: a flag that says whether it is compressed, and its length, big-endian.</summary>
internal readonly record struct FrameHeader(bool Compressed, uint Length)
{
    internal const int Size = 5;

    /// <summary>Reads the header at the start of <paramref name="buffer"/>, which holds at least <see cref="Size"/> bytes.</summary>
    /// <exception cref="RpcException">With the code <paramref name="malformed"/>: the flag is neither 0 nor 1.</exception>
    internal static FrameHeader Read(in ReadOnlySequence<byte> buffer, RpcStatusCode malformed)
    {
        Span<byte> bytes = stackalloc byte[Size];
        buffer.Slice(0, Size).CopyTo(bytes);
        if (bytes[0] > 1)
            throw new RpcException(malformed, $"malformed gRPC frame: compression flag {bytes[0]}, expected 0 or 1");
        return new(bytes[0] == 1, BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]));
    }

    internal void Write(Span<byte> destination)
    {
        destination[0] = Compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], Length);
    }
}
