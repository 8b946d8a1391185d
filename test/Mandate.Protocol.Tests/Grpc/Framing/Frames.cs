using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace Mandate.Protocol.Tests.Grpc.Framing;

/// <summary>Builds frames byte by byte, on purpose without the code under test.</summary>
internal static class Frames
{
    internal static byte[] Plain(IMessage message) => Of(flag: 0, message.ToByteArray());

    internal static byte[] Gzipped(IMessage message) => Of(flag: 1, Gzip(message.ToByteArray()));

    internal static byte[] Of(byte flag, byte[] body, uint? declared = null)
    {
        var frame = new byte[5 + body.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), declared ?? (uint)body.Length);
        body.CopyTo(frame, 5);
        return frame;
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
