using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Protocol.Tests.Grpc.Framing;
using Mandate.Protocol.Tests.Grpc.Hostile;
using Mandate.Testing;

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
        using var connection = await silent.AcceptSocketAsync().WithinLimit();
        await connection.SendAsync((byte[])[0, 0, 0, RawConnection.Settings, 0, 0, 0, 0, 0]);

        (await Should.ThrowAsync<RpcException>(poll.WithinLimit())).Code.ShouldBe(RpcStatusCode.Unavailable);
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
        using var connection = await CallAsync(server, seen.Task);

        var call = await seen.Task.WithinLimit();

        await Should.ThrowAsync<TaskCanceledException>(Task.Delay(Eventually.Limit, TimeProvider.System, call.Cancellation));
    }

    /// <summary>Makes a call that arrives. The listener gives a connection up whose caller is so slow that it seems silent before its call; the caller then takes another.</summary>
    private static async Task<RawConnection> CallAsync(LoopbackServer server, Task arrived)
    {
        while (true)
        {
            var connection = await RawConnection.OpenAsync(server.Listener.EndPoint);
            try
            {
                await connection.BeginCallAsync(1, "PollWorkflowTaskQueue");
                await connection.SendFrameAsync(RawConnection.Data, RawConnection.EndStream, 1, Frames.Plain(new PollWorkflowTaskQueueRequest()));
                await Task.WhenAny(arrived, connection.ReadUntilAsync(_ => false));
                if (arrived.IsCompleted)
                    return connection;
            }
            catch (SocketException)
            {
                // Given up while it was being used.
            }

            connection.Dispose();
        }
    }
}
