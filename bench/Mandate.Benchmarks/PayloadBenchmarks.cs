using BenchmarkDotNet.Attributes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Benchmarks;

/// <summary>Values to payloads and back, with the default converter.</summary>
[MemoryDiagnoser]
public class PayloadBenchmarks
{
    private static readonly IPayloadConverter Converter = DataConverter.Default.PayloadConverter;

    private readonly Order _order = new("4711", "acme", 12, [new("apple", 3), new("pear", 4)]);
    private Payload _text = null!;
    private Payload _record = null!;

    /// <summary>Makes the payloads to read.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _text = Converter.ToPayload("Hello, world!");
        _record = Converter.ToPayload(_order);
    }

    /// <summary>A text to its payload.</summary>
    [Benchmark]
    public Payload WriteText() => Converter.ToPayload("Hello, world!");

    /// <summary>A text from its payload.</summary>
    [Benchmark]
    public string? ReadText() => Converter.ToValue<string>(_text);

    /// <summary>A record to its payload.</summary>
    [Benchmark]
    public Payload WriteRecord() => Converter.ToPayload(_order);

    /// <summary>A record from its payload.</summary>
    [Benchmark]
    public object? ReadRecord() => Converter.ToValue<Order>(_record);

    private sealed record Order(string Id, string Tenant, int Priority, Line[] Lines);

    private sealed record Line(string Article, int Count);
}
