using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Conversion.Sealing;

namespace Mandate.Benchmarks;

/// <summary>One payload encrypted and decrypted.</summary>
[MemoryDiagnoser]
public class SealingBenchmarks
{
    private readonly SealingCodec _codec = new(new FixedPayloadKeys(PayloadKey.Create("benchmark")), new() { Namespace = "default" });
    private Payload _plain = null!;
    private Payload _sealed = null!;

    /// <summary>Bytes of the payload.</summary>
    [Params(100, 10_000)]
    public int Size { get; set; }

    /// <summary>Makes the payload.</summary>
    [GlobalSetup]
    public async Task SetupAsync()
    {
        _plain = new() { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") }, Data = ByteString.CopyFrom(new byte[Size]) };
        _sealed = await _codec.EncodeOneAsync(_plain);
    }

    /// <summary>Plain to sealed.</summary>
    [Benchmark]
    public Task<Payload> SealAsync() => _codec.EncodeOneAsync(_plain);

    /// <summary>Sealed to plain.</summary>
    [Benchmark]
    public Task<Payload> OpenAsync() => _codec.DecodeOneAsync(_sealed);
}
