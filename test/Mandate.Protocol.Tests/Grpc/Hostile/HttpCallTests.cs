using System.Net;
using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Tests.Grpc.Framing;

namespace Mandate.Protocol.Tests.Grpc.Hostile;

/// <summary>Requests that are good HTTP/2 and bad gRPC. After each the listener answers a good call.</summary>
public sealed class HttpCallTests : IAsyncLifetime
{
    private LoopbackServer _server = null!;
    private int _handled;

    public async Task InitializeAsync() => _server = await LoopbackServer.StartAsync(call =>
    {
        Interlocked.Increment(ref _handled);
        return call.Request is GetSystemInfoRequest ? new GetSystemInfoResponse { ServerVersion = "1" } : new StartWorkflowExecutionResponse();
    });

    public async Task DisposeAsync()
    {
        (await new HttpCall().SendAsync(_server.Listener.Address)).GrpcStatus.ShouldBe(RpcStatusCode.Ok, "the listener is healthy afterwards");
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Send_GoodCall_IsAnsweredWithFrameAndTrailer()
    {
        var answer = await SendAsync(new());

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.GrpcStatus.ShouldBe(RpcStatusCode.Ok);
        answer.Body.ShouldBe(Frames.Plain(new GetSystemInfoResponse { ServerVersion = "1" }));
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    [InlineData("Application/GRPC")]
    public async Task Send_ContentTypeOfGrpc_IsTaken(string contentType) =>
        (await SendAsync(new() { ContentType = contentType })).GrpcStatus.ShouldBe(RpcStatusCode.Ok);

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    [InlineData("application/grpcx")]
    public async Task Send_OtherContentType_Is415(string? contentType)
    {
        var answer = await SendAsync(new() { ContentType = contentType });

        answer.Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        _handled.ShouldBe(0);
    }

    [Fact]
    public async Task Send_Get_Is405() => (await SendAsync(new() { Method = HttpMethod.Get })).Status.ShouldBe(HttpStatusCode.MethodNotAllowed);

    [Theory]
    [InlineData("/temporal.api.workflowservice.v1.WorkflowService/Nope", "unknown method Nope for service temporal.api.workflowservice.v1.WorkflowService")]
    [InlineData("/no.such.Service/Go", "unknown method Go for service no.such.Service")]
    [InlineData("/grpc.health.v1.Health/Watch", "unknown method Watch for service grpc.health.v1.Health")]
    public async Task Send_UnknownMethod_IsUnimplementedInTheWordsClientsLookFor(string path, string message)
    {
        var answer = await SendAsync(new() { Path = path });

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.GrpcStatus.ShouldBe(RpcStatusCode.Unimplemented);
        answer.GrpcMessage.ShouldBe(message);
        answer.Body.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/x")]
    public async Task Send_PathWithoutMethod_IsUnimplemented(string path) =>
        (await SendAsync(new() { Path = path })).GrpcStatus.ShouldBe(RpcStatusCode.Unimplemented);

    [Theory]
    [InlineData(new byte[0], "none was sent")]
    [InlineData(new byte[] { 0 }, "truncated")]
    [InlineData(new byte[] { 0, 0, 0, 0 }, "truncated")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1, 2 }, "truncated")]
    [InlineData(new byte[] { 7, 0, 0, 0, 0 }, "flag 7")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0 }, "one message")]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 0xFF, 0xFF }, "not a temporal.api.workflowservice.v1.GetSystemInfoRequest")]
    [InlineData(new byte[] { 1, 0, 0, 0, 2, 0xFF, 0xFF }, "grpc-encoding")]
    public async Task Send_BadFrame_IsAnInvalidArgumentAndNeverHandled(byte[] body, string says)
    {
        var answer = await SendAsync(new() { Body = body });

        answer.GrpcStatus.ShouldBe(RpcStatusCode.InvalidArgument);
        answer.GrpcMessage.ShouldContain(says);
        _handled.ShouldBe(0);
    }

    [Fact]
    public async Task Send_RandomBytes_AreAnsweredAndNeverHandled()
    {
        var random = new Random(11);
        for (var i = 0; i < 50; i++)
        {
            var body = new byte[random.Next(1, 5000)];
            random.NextBytes(body);
            body[0] = (byte)(body[0] | 2);

            (await SendAsync(new() { Body = body })).GrpcStatus.ShouldBe(RpcStatusCode.InvalidArgument);
        }

        _handled.ShouldBe(0);
    }

    [Fact]
    public async Task Send_DeclaredFourGibibytes_IsResourceExhausted()
    {
        var answer = await SendAsync(new() { Body = [0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3] });

        answer.GrpcStatus.ShouldBe(RpcStatusCode.ResourceExhausted);
        answer.GrpcMessage.ShouldContain("4294967295");
        _handled.ShouldBe(0);
    }

    [Fact]
    public async Task Send_FiveMebibytes_IsResourceExhausted()
    {
        var answer = await SendAsync(new() { Body = Frames.Of(flag: 0, new byte[5 * 1024 * 1024]) });

        answer.GrpcStatus.ShouldBe(RpcStatusCode.ResourceExhausted);
        answer.GrpcMessage.ShouldContain("4194304");
    }

    [Fact]
    public async Task Send_DecompressionBomb_IsResourceExhausted()
    {
        var bomb = Frames.Of(flag: 1, Frames.Gzip(new byte[100 * 1024 * 1024]));

        var answer = await SendAsync(new() { Body = bomb, Headers = [("grpc-encoding", "gzip")] });

        answer.GrpcStatus.ShouldBe(RpcStatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Send_GzippedMessage_IsInflated()
    {
        var request = new StartWorkflowExecutionRequest { WorkflowId = new string('w', 10_000) };

        var answer = await SendAsync(new() { Path = HttpCall.PathOf("StartWorkflowExecution"), Body = Frames.Gzipped(request), Headers = [("grpc-encoding", "gzip")] });

        answer.GrpcStatus.ShouldBe(RpcStatusCode.Ok);
    }

    [Fact]
    public async Task Send_UnknownCompression_IsUnimplementedAndNamesTheKnown()
    {
        var answer = await SendAsync(new() { Body = Frames.Of(flag: 1, [1, 2, 3]), Headers = [("grpc-encoding", "snappy")] });

        answer.GrpcStatus.ShouldBe(RpcStatusCode.Unimplemented);
        answer.Headers["grpc-accept-encoding"].ShouldBe("identity,gzip");
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("5s")]
    [InlineData("123456789S")]
    public async Task Send_MalformedTimeout_IsInvalidArgument(string timeout)
    {
        var answer = await SendAsync(new() { Headers = [("grpc-timeout", timeout)] });

        answer.GrpcStatus.ShouldBe(RpcStatusCode.InvalidArgument);
        answer.GrpcMessage.ShouldContain("grpc-timeout");
        _handled.ShouldBe(0);
    }

    [Fact]
    public async Task Send_ElapsedTimeout_IsDeadlineExceeded() =>
        (await SendAsync(new() { Headers = [("grpc-timeout", "0n")] })).GrpcStatus.ShouldBe(RpcStatusCode.DeadlineExceeded);

    [Fact]
    public async Task Send_DeeplyNestedMessage_IsRefused()
    {
        // Failure.cause within itself, 500 levels deep: StartWorkflowExecutionRequest.continued_failure (field 18), then cause (field 4).
        var body = Array.Empty<byte>();
        for (var depth = 0; depth < 500; depth++)
            body = [.. Field(4, body)];
        body = [.. Field(18, body)];

        var answer = await SendAsync(new() { Path = HttpCall.PathOf("StartWorkflowExecution"), Body = Frames.Of(flag: 0, body) });

        answer.GrpcStatus.ShouldBe(RpcStatusCode.InvalidArgument);
        _handled.ShouldBe(0);

        static byte[] Field(int number, byte[] value)
        {
            using var stream = new MemoryStream();
            using (var output = new CodedOutputStream(stream))
            {
                output.WriteTag(number, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(value));
            }

            return stream.ToArray();
        }
    }

    private Task<HttpAnswer> SendAsync(HttpCall call) => call.SendAsync(_server.Listener.Address);
}
