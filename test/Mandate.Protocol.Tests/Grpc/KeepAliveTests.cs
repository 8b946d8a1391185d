using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Protocol.Tests.Grpc.Framing;
using Mandate.Protocol.Tests.Grpc.Hostile;

namespace Mandate.Protocol.Tests.Grpc;

/// <summary>Peers that are silent though their connection stands, as after a machine was cut off. The shortest ping settings the platform takes are one second.</summary>
public sealed class KeepAliveTests
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Call_ServerFallsSilent_IsUnavailable()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var channel = new GrpcChannel(new() { Target = silent.LocalEndpoint.ToString()!, KeepAlivePingDelay = Shortest, KeepAlivePingTimeout = Shortest });

        var poll = channel.Handler(new RpcCall(new PollWorkflowTaskQueueRequest()));
        using var connection = await silent.AcceptSocketAsync();
        await connection.SendAsync((byte[])[0, 0, 0, RawConnection.Settings, 0, 0, 0, 0, 0]);

        (await Should.ThrowAsync<RpcException>(poll.WaitAsync(TimeSpan.FromSeconds(60)))).Code.ShouldBe(RpcStatusCode.Unavailable);
    }

    [Fact]
    public async Task Listener_CallerFallsSilent_CallIsCancelled()
    {
        var seen = new TaskCompletionSource<RpcCall>();
        await using var server = await LoopbackServer.StartAsync(
            async Task<IMessage> (call) =>
            {
                seen.TrySetResult(call);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
                throw new InvalidOperationException("not reached");
            },
            new() { KeepAlivePingDelay = Shortest, KeepAlivePingTimeout = Shortest });
        using var connection = await RawConnection.OpenAsync(server.Listener.EndPoint);
        await connection.BeginCallAsync(1, "PollWorkflowTaskQueue");
        await connection.SendFrameAsync(RawConnection.Data, RawConnection.EndStream, 1, Frames.Plain(new PollWorkflowTaskQueueRequest()));

        var call = await seen.Task;

        await Should.ThrowAsync<TaskCanceledException>(Task.Delay(TimeSpan.FromSeconds(60), TimeProvider.System, call.Cancellation));
    }
}
