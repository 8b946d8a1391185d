using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;

namespace Mandate.Protocol.Grpc.Framing;

/// <summary>Inflates gzip, giving up as soon as the output passes the buffer's limit, so that a small message cannot fill memory.</summary>
internal static class Gunzip
{
    private const int SmallestLength = 18;
    private const int LengthField = 4;

    /// <returns>False when the output passed the limit.</returns>
    /// <exception cref="InvalidDataException">The bytes are not gzip, or are cut short.</exception>
    internal static bool TryInflate(in ReadOnlySequence<byte> compressed, PooledBuffer output)
    {
        // Some writers produce no bytes at all for an empty message.
        if (compressed.IsEmpty)
            return true;
        if (compressed.Length < SmallestLength)
            throw new InvalidDataException("shorter than a gzip header and trailer");

        using var source = PipeReader.Create(compressed).AsStream();
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        int read;
        while ((read = gzip.Read(output.GetSpan())) > 0)
        {
            output.Advance(read);
            if (output.IsOverLimit)
                return false;
        }

        // The stream takes a cut for the end; the length that gzip keeps in its last bytes tells them apart.
        Span<byte> length = stackalloc byte[LengthField];
        compressed.Slice(compressed.Length - LengthField).CopyTo(length);
        return BinaryPrimitives.ReadUInt32LittleEndian(length) == (uint)output.Written.Length
            ? true
            : throw new InvalidDataException("the length does not match the one gzip recorded");
    }
}
