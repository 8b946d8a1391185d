using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Mandate.Acceptance.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.TaskQueue.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Acceptance.Tests.Wire;

/// <summary>Clients of the gRPC listener that do not keep to the rules: a clear error each, and the service goes on for everybody else.</summary>
public sealed class WireTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IAsyncLifetime
{
    private const string Service = "temporal.api.workflowservice.v1.WorkflowService";

    private long _runsBefore;

    [Fact]
    public async Task Call_UnknownMethod_IsUnimplementedInTheWordsWorkersLookFor()
    {
        var (status, message) = await CallAsync($"/{Service}/Frobnicate", [0, 0, 0, 0, 0]);

        status.ShouldBe(RpcStatusCode.Unimplemented);
        message.ShouldBe($"unknown method Frobnicate for service {Service}");
    }

    [Fact]
    public async Task Poll_UnknownNamespace_IsNotFound()
    {
        await using var engine = fixture.Engine();

        var error = await Should.ThrowAsync<RpcException>(() => engine.Handler.CallAsync<PollWorkflowTaskQueueResponse>(
            new PollWorkflowTaskQueueRequest { Namespace = "no-such-namespace", TaskQueue = new TaskQueue { Name = "q" } }));

        error.Code.ShouldBe(RpcStatusCode.NotFound);
        error.Message.ShouldContain("no-such-namespace");
    }

    [Fact]
    public async Task Call_FrameThatClaims4GiB_IsRefusedByItsHeaderAlone()
    {
        var frame = new byte[5 + 16];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), uint.MaxValue);

        var (status, message) = await CallAsync($"/{Service}/StartWorkflowExecution", frame);

        status.ShouldBe(RpcStatusCode.ResourceExhausted);
        message.ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [InlineData("a message that is no Protobuf", "000000000AFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("a frame that ends early", "0000000064010203")]
    [InlineData("an unknown frame flag", "7F00000000")]
    [InlineData("gzip that is none", "0100000004DEADBEEF")]
    [InlineData("no frame at all", "")]
    public async Task Call_GarbageInsteadOfAFrame_IsAnErrorThatIsNotRetriedForEver(string what, string hex)
    {
        var (status, message) = await CallAsync($"/{Service}/StartWorkflowExecution", Convert.FromHexString(hex));

        status.ShouldBe(RpcStatusCode.InvalidArgument, what);
        message.ShouldNotBeNullOrWhiteSpace(what);
    }

    [Fact]
    public async Task Connect_BytesThatAreNoHttp2_AreDroppedWithoutHarm()
    {
        var port = IPEndPoint.Parse(fixture.Service.Grpc);
        using var client = new TcpClient();
        await client.ConnectAsync(port.Address, port.Port);
        var stream = client.GetStream();
        var garbage = new byte[64 * 1024];
        new Random(7).NextBytes(garbage);

        // The listener may close before all is sent, which is as good an end as any.
        await Record.ExceptionAsync(async () => await stream.WriteAsync(garbage));

        using var patience = new CancellationTokenSource(Patience.Limit, TimeProvider.System);
        await Record.ExceptionAsync(async () => await stream.CopyToAsync(Stream.Null, patience.Token));
        patience.IsCancellationRequested.ShouldBeFalse("the listener keeps a connection that speaks no HTTP/2");
    }

    public async Task InitializeAsync() => _runsBefore = await CountAsync();

    /// <summary>After every one of these the service answers others and has started nothing.</summary>
    public async Task DisposeAsync()
    {
        fixture.Service.HasExited.ShouldBeFalse();
        await using var engine = fixture.Engine();
        await engine.Handler.CallAsync<DescribeNamespaceResponse>(new DescribeNamespaceRequest { Namespace = "default" });
        (await CountAsync()).ShouldBe(_runsBefore);
        using var rest = fixture.WithToken(null);
        (await rest.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<long> CountAsync()
    {
        await using var engine = fixture.Engine();
        return (await engine.Handler.CallAsync<CountWorkflowExecutionsResponse>(new CountWorkflowExecutionsRequest { Namespace = "default" })).Count;
    }

    private async Task<(RpcStatusCode Status, string Message)> CallAsync(string path, byte[] body)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{fixture.Service.Grpc}") };
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new("trailers"));
        request.Headers.Add("grpc-encoding", "gzip");
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing : response.Headers.GetValues("grpc-status");
        var message = response.TrailingHeaders.TryGetValues("grpc-message", out var text) || response.Headers.TryGetValues("grpc-message", out text) ? text.Single() : "";
        return ((RpcStatusCode)int.Parse(status.Single()), Uri.UnescapeDataString(message));
    }
}
