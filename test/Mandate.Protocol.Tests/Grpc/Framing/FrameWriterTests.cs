using System.Buffers;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Grpc.Framing;

namespace Mandate.Protocol.Tests.Grpc.Framing;

public sealed class FrameWriterTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(70_000)]
    public void Write_Message_IsPrefixAndBytes(int size)
    {
        var message = new Payload { Data = ByteString.CopyFrom(new byte[size]) };
        var output = new ArrayBufferWriter<byte>();
        using var pooled = new PooledBuffer(int.MaxValue);

        FrameWriter.Write(output, message);
        FrameWriter.Write(pooled, message);

        output.WrittenSpan.ToArray().ShouldBe(Frames.Plain(message));
        pooled.Written.ToArray().ShouldBe(Frames.Plain(message));
    }
}
