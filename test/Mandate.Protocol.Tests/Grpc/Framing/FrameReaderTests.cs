using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Grpc.Framing;

namespace Mandate.Protocol.Tests.Grpc.Framing;

public sealed class FrameReaderTests
{
    private const int Limit = 64 * 1024;

    [Fact]
    public async Task ReadAsync_AnySplitOfTheStream_GivesTheMessage()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var message = Sample(random, random.Next(0, 3000));
            var compressed = random.Next(2) == 0;
            var bytes = compressed ? Frames.Gzipped(message) : Frames.Plain(message);
            var cuts = Enumerable.Range(0, random.Next(0, 12)).Select(_ => random.Next(bytes.Length + 1)).Order().ToArray();

            var read = await ReadAsync(bytes, compressed ? "gzip" : null, Limit, cuts);

            read.ShouldBe(message, $"seed {seed}, cuts {string.Join(",", cuts)}");
        }
    }

    [Fact]
    public async Task ReadAsync_EachByteAlone_GivesTheMessage()
    {
        var message = Sample(new Random(1), 300);
        var bytes = Frames.Plain(message);

        var read = await ReadAsync(bytes, null, Limit, Enumerable.Range(1, bytes.Length - 1));

        read.ShouldBe(message);
    }

    [Fact]
    public async Task ReadAsync_StreamCutAnywhere_IsRefused()
    {
        var bytes = Frames.Plain(Sample(new Random(2), 100));
        for (var length = 1; length < bytes.Length; length++)
        {
            var error = await Should.ThrowAsync<RpcException>(ReadAsync(bytes[..length], null, Limit));

            error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
            error.Message.ShouldContain("truncated");
        }
    }

    [Fact]
    public async Task ReadAsync_NoByteAtAll_IsNoMessage() => (await ReadAsync([], null, Limit)).ShouldBeNull();

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task ReadAsync_SecondMessage_IsRefused(int cutAfterFirst)
    {
        var first = Frames.Plain(Sample(new Random(3), 95));
        byte[] bytes = [.. first, .. Frames.Plain(Sample(new Random(4), 10))];

        var error = await Should.ThrowAsync<RpcException>(ReadAsync(bytes, null, Limit, cutAfterFirst == 0 ? [] : [first.Length]));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldContain("one message");
    }

    [Fact]
    public async Task ReadAsync_UnknownFlag_IsRefused()
    {
        var error = await Should.ThrowAsync<RpcException>(ReadAsync(Frames.Of(flag: 2, []), null, Limit));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldContain("flag 2");
    }

    [Fact]
    public async Task ReadAsync_MessageAtTheLimit_IsTaken()
    {
        var message = new Payload { Data = ByteString.CopyFrom(new byte[1000]) };

        (await ReadAsync(Frames.Plain(message), null, message.CalculateSize())).ShouldBe(message);
        (await ReadAsync(Frames.Gzipped(message), "gzip", message.CalculateSize())).ShouldBe(message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_MessageOneByteOverTheLimit_IsRefused(bool compressed)
    {
        var message = new Payload { Data = ByteString.CopyFrom(new byte[1000]) };
        var bytes = compressed ? Frames.Gzipped(message) : Frames.Plain(message);

        var error = await Should.ThrowAsync<RpcException>(ReadAsync(bytes, compressed ? "gzip" : null, message.CalculateSize() - 1));

        error.Code.ShouldBe(RpcStatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task ReadAsync_DeclaredFourGibibytes_IsRefusedFromThePrefixWithoutMemory()
    {
        var bytes = Frames.Of(flag: 0, [], declared: uint.MaxValue);
        await Should.ThrowAsync<RpcException>(ReadAsync(bytes, null, Limit));
        var pipe = new System.IO.Pipelines.Pipe();
        (await pipe.Writer.WriteAsync(bytes)).IsCompleted.ShouldBeFalse();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = new FrameReader(Payload.Descriptor, null, Limit, RpcStatusCode.InvalidArgument).ReadAsync(pipe.Reader, CancellationToken.None).AsTask();

        reading.IsFaulted.ShouldBeTrue("the stream is still open: the prefix alone decides");
        reading.Exception!.InnerException.ShouldBeOfType<RpcException>().Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1024 * 1024);
    }

    [Fact]
    public async Task ReadAsync_DecompressionBomb_StopsAtTheLimit()
    {
        var bomb = Frames.Of(flag: 1, Frames.Gzip(new byte[200 * 1024 * 1024]));
        using var inflated = new PooledBuffer(1024 * 1024);

        var error = await Should.ThrowAsync<RpcException>(ReadAsync(bomb, "gzip", 1024 * 1024));
        Gunzip.TryInflate(new(bomb.AsMemory(5)), inflated).ShouldBeFalse();

        error.Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        inflated.Written.Length.ShouldBeLessThanOrEqualTo(4 * 1024 * 1024);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    public async Task ReadAsync_CompressedWithoutNamedEncoding_IsRefused(string? encoding)
    {
        var error = await Should.ThrowAsync<RpcException>(ReadAsync(Frames.Gzipped(new Payload()), encoding, Limit));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldContain("grpc-encoding");
    }

    [Fact]
    public async Task ReadAsync_UnknownEncoding_IsUnimplementedOnlyForCompressedMessages()
    {
        var error = await Should.ThrowAsync<RpcException>(ReadAsync(Frames.Of(flag: 1, [1, 2, 3]), "snappy", Limit));

        error.Code.ShouldBe(RpcStatusCode.Unimplemented);
        (await ReadAsync(Frames.Plain(new Payload()), "snappy", Limit)).ShouldBe(new Payload());
    }

    [Fact]
    public async Task ReadAsync_GzipCutAnywhere_IsRefused()
    {
        var gzip = Frames.Gzip(Sample(new Random(5), 500).ToByteArray());
        for (var length = 1; length < gzip.Length; length++)
            (await Should.ThrowAsync<RpcException>(ReadAsync(Frames.Of(flag: 1, gzip[..length]), "gzip", Limit), $"{length} bytes")).Code.ShouldBe(RpcStatusCode.InvalidArgument);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-8)]
    [InlineData(-1)]
    public async Task ReadAsync_GzipWithDamagedHeaderOrChecksum_IsRefused(int at)
    {
        var gzip = Frames.Gzip(Sample(new Random(5), 500).ToByteArray());
        gzip[at < 0 ? gzip.Length + at : at] ^= 0xFF;

        (await Should.ThrowAsync<RpcException>(ReadAsync(Frames.Of(flag: 1, gzip), "gzip", Limit))).Code.ShouldBe(RpcStatusCode.InvalidArgument);
    }

    [Fact]
    public async Task ReadAsync_CompressedEmptyMessage_IsTakenInEveryForm()
    {
        byte[] gzipOfNothing = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        (await ReadAsync(Frames.Of(flag: 1, gzipOfNothing), "gzip", Limit)).ShouldBe(new Payload());
        (await ReadAsync(Frames.Of(flag: 1, []), "gzip", Limit)).ShouldBe(new Payload());
    }

    [Fact]
    public async Task ReadAsync_RandomBytesAsMessage_EitherParseOrAreRefused()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var body = new byte[random.Next(1, 200)];
            random.NextBytes(body);
            try
            {
                await ReadAsync(Frames.Of(flag: 0, body), null, Limit);
            }
            catch (RpcException e)
            {
                e.Code.ShouldBe(RpcStatusCode.InvalidArgument, $"seed {seed}");
            }
        }
    }

    private static Task<IMessage?> ReadAsync(byte[] bytes, string? encoding, int limit, params IEnumerable<int> cuts) =>
        SplitStream.ReadAsync(bytes, cuts, reader => new FrameReader(Payload.Descriptor, encoding, limit, RpcStatusCode.InvalidArgument).ReadAsync(reader, CancellationToken.None).AsTask());

    private static Payload Sample(Random random, int size)
    {
        var data = new byte[size];
        random.NextBytes(data);
        return new() { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("binary/plain") }, Data = ByteString.CopyFrom(data) };
    }
}
