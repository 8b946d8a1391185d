using System.Buffers;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc.Framing;

namespace Mandate.Benchmarks;

/// <summary>gRPC's frame around one start request: written, and read back.</summary>
[MemoryDiagnoser]
public class FramingBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private StartWorkflowExecutionRequest _request = null!;
    private byte[] _frame = null!;

    /// <summary>Bytes of the input.</summary>
    [Params(100, 10_000)]
    public int Input { get; set; }

    /// <summary>Makes the request and its frame.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _request = new()
        {
            Namespace = "default",
            WorkflowId = "order-4711",
            WorkflowType = new() { Name = "Order" },
            TaskQueue = new() { Name = "orders" },
            RequestId = Guid.NewGuid().ToString(),
            Identity = "benchmark",
            Input = new() { Payloads_ = { new Protocol.Api.Common.V1.Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") }, Data = ByteString.CopyFrom(new byte[Input]) } } },
        };
        FrameWriter.Write(_output, _request);
        _frame = _output.WrittenSpan.ToArray();
    }

    /// <summary>Message to frame.</summary>
    [Benchmark]
    public int Write()
    {
        _output.ResetWrittenCount();
        FrameWriter.Write(_output, _request);
        return _output.WrittenCount;
    }

    /// <summary>Frame to message.</summary>
    [Benchmark]
    public async Task<IMessage?> ReadAsync()
    {
        var reader = PipeReader.Create(new ReadOnlySequence<byte>(_frame));
        return await new FrameReader(StartWorkflowExecutionRequest.Descriptor, encoding: null, 4 * 1024 * 1024, RpcStatusCode.InvalidArgument).ReadAsync(reader, CancellationToken.None);
    }
}
