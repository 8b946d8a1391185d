using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;

namespace Mandate.Protocol.Tests.Grpc;

public sealed class RoundTripTests
{
    [Fact]
    public async Task Call_Message_ArrivesAndIsAnswered()
    {
        var seen = new TaskCompletionSource<RpcCall>();
        await using var server = await LoopbackServer.StartAsync(call =>
        {
            seen.TrySetResult(call);
            return new StartWorkflowExecutionResponse { RunId = "run-1", Started = true };
        });
        var request = new StartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = "order-7 ✓",
            WorkflowType = new WorkflowType { Name = "Order" },
            Input = new Payloads { Payloads_ = { new Payload { Data = ByteString.CopyFrom(0, 255, 10) } } },
        };

        var response = await server.Connect().CallAsync<StartWorkflowExecutionResponse>(request);

        response.ShouldBe(new StartWorkflowExecutionResponse { RunId = "run-1", Started = true });
        var call = await seen.Task;
        call.Request.ShouldBe(request);
        call.Method.Name.ShouldBe("StartWorkflowExecution");
        call.Peer.ShouldNotBeNull().ShouldStartWith("127.0.0.1:");
        call.Caller.ShouldBeNull();
        call.Timeout.ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(3_000_000)]
    public async Task Call_MessageOfAnySize_ComesBackWhole(int bytes)
    {
        await using var server = await LoopbackServer.StartAsync(call =>
            new QueryWorkflowResponse { QueryResult = ((QueryWorkflowRequest)call.Request).Query.QueryArgs });
        var data = new byte[bytes];
        new Random(bytes).NextBytes(data);
        var payloads = new Payloads { Payloads_ = { new Payload { Data = ByteString.CopyFrom(data) } } };

        var response = await server.Connect().CallAsync<QueryWorkflowResponse>(new QueryWorkflowRequest { Query = new() { QueryArgs = payloads } });

        response.QueryResult.ShouldBe(payloads);
    }

    [Fact]
    public async Task Call_EmptyMessages_Succeed()
    {
        await using var server = await LoopbackServer.StartAsync(_ => new GetSystemInfoResponse());

        var response = await server.Connect().CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest());

        response.ShouldBe(new GetSystemInfoResponse());
    }

    [Fact]
    public async Task Call_Metadata_ArrivesWithoutTheProtocolsHeaders()
    {
        var seen = new TaskCompletionSource<RpcMetadata>();
        await using var server = await LoopbackServer.StartAsync(call =>
        {
            seen.TrySetResult(call.Metadata);
            return new GetSystemInfoResponse();
        });
        var metadata = new RpcMetadata([new("Client-Name", "mandate"), new("x-many", "a"), new("x-many", "b, c"), new("trace-bin", "AAE=")]);

        await server.Connect()(new RpcCall(new GetSystemInfoRequest()) { Metadata = metadata });

        var arrived = await seen.Task;
        arrived.Select(e => e.Key).ShouldBe(["client-name", "x-many", "trace-bin"], ignoreOrder: true);
        arrived["client-name"].ShouldBe("mandate");
        string.Join(", ", arrived.All("x-many")).ShouldBe("a, b, c");
        arrived["trace-bin"].ShouldBe("AAE=");
    }

    [Fact]
    public async Task Call_HandlerRefuses_StatusMessageAndDetailsArrive()
    {
        var text = "no such run: 100 % of “order-7”\r\nnext line";
        var known = new WorkflowExecutionAlreadyStartedFailure { RunId = "r", StartRequestId = "s" };
        var unknown = Any.Pack(new Payload { Data = ByteString.CopyFromUtf8("x") });
        await using var server = await LoopbackServer.StartAsync(Task<IMessage> (RpcCall _) => throw new RpcException(RpcStatusCode.AlreadyExists, text, known, unknown));

        var error = await Should.ThrowAsync<RpcException>(server.Connect()(new RpcCall(new GetSystemInfoRequest())));

        error.Code.ShouldBe(RpcStatusCode.AlreadyExists);
        error.Message.ShouldBe(text);
        error.Details.ShouldBe([known, unknown]);
    }
}
