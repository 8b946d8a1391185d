using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Mandate.Protocol.Grpc.Framing;

/// <summary>Inflates gzip, giving up as soon as the output passes the buffer's limit, so that a small message cannot fill memory.</summary>
internal static class Gunzip
{
    /// <returns>False when the output passed the limit.</returns>
    /// <exception cref="InvalidDataException">The bytes are not gzip, or are cut short.</exception>
    internal static bool TryInflate(in ReadOnlySequence<byte> compressed, PooledBuffer output)
    {
        using var source = Open(compressed);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        int read;
        while ((read = gzip.Read(output.GetSpan())) > 0)
        {
            output.Advance(read);
            if (output.IsOverLimit)
                return false;
        }

        return true;
    }

    private static MemoryStream Open(in ReadOnlySequence<byte> bytes) =>
        bytes.IsSingleSegment && MemoryMarshal.TryGetArray(bytes.First, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
}
