using System.Collections.Concurrent;
using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Tests.Grpc.Framing;

namespace Mandate.Protocol.Tests.Grpc.Hostile;

/// <summary>Connections that break the rules of HTTP/2, or use them against the listener. After each the listener answers a good call.</summary>
public sealed class RawConnectionTests : IAsyncLifetime, IDisposable
{
    private readonly ConcurrentQueue<RpcCall> _calls = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private LoopbackServer _server = null!;

    public async Task InitializeAsync() => _server = await LoopbackServer.StartAsync(async Task<IMessage> (call) =>
    {
        if (call.Request is GetSystemInfoRequest)
            return new GetSystemInfoResponse();
        _calls.Enqueue(call);
        _arrived.Release();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
        throw new InvalidOperationException("not reached");
    });

    public async Task DisposeAsync()
    {
        await _server.Connect().CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest());
        await _server.DisposeAsync();
    }

    public void Dispose() => _arrived.Dispose();

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003 a TLS hello to a cleartext port\n")]
    [InlineData("nonsense nonsense nonsense nonsense nonsense\n")]
    public async Task Connection_WithGarbage_IsClosed(string garbage)
    {
        using var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint, handshake: false);

        await connection.SendAsync(System.Text.Encoding.Latin1.GetBytes(garbage));

        (await connection.ReadUntilAsync(_ => false)).ShouldBeNull();
    }

    [Fact]
    public async Task Connection_WithRandomFrames_IsClosedOrIgnored()
    {
        var random = new Random(3);
        for (var i = 0; i < 30; i++)
        {
            using var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint);
            for (var frame = 0; frame < 5; frame++)
            {
                var payload = new byte[random.Next(0, 100)];
                random.NextBytes(payload);
                try
                {
                    await connection.SendFrameAsync((byte)random.Next(0, 12), (byte)random.Next(256), random.Next(0, 6), payload);
                }
                catch (System.Net.Sockets.SocketException)
                {
                    break;
                }
            }
        }
    }

    [Fact]
    public async Task Frame_OfSixteenMebibytes_EndsTheConnection()
    {
        using var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint);

        await connection.SendAsync([0xFF, 0xFF, 0xFF, RawConnection.Data, 0, 0, 0, 0, 1]);

        (await connection.ReadUntilAsync(f => f.Type == RawConnection.GoAway)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Message_DeclaredFourGibibytesAndNeverSent_IsAnsweredAtOnce()
    {
        using var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint);

        await connection.BeginCallAsync(1, "PollWorkflowTaskQueue");
        await connection.SendFrameAsync(RawConnection.Data, 0, 1, [0, 0xFF, 0xFF, 0xFF, 0xFF]);

        (await connection.ReadUntilAsync(f => f.EndsStream(1))).ShouldNotBeNull().Type.ShouldBe(RawConnection.Headers);
        _calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Message_ByteByByte_IsHandled()
    {
        using var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint);
        var bytes = Frames.Plain(new PollWorkflowTaskQueueRequest { Namespace = "ns" });

        await connection.BeginCallAsync(1, "PollWorkflowTaskQueue");
        for (var i = 0; i < bytes.Length; i++)
            await connection.SendFrameAsync(RawConnection.Data, i == bytes.Length - 1 ? RawConnection.EndStream : (byte)0, 1, [bytes[i]]);

        (await ArrivedAsync()).Request.ShouldBe(new PollWorkflowTaskQueueRequest { Namespace = "ns" });
    }

    [Fact]
    public async Task Stream_ResetByCaller_CancelsTheCall()
    {
        using var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint);
        var call = await PollAsync(connection, 1);

        await connection.SendFrameAsync(RawConnection.ResetStream, 0, 1, [0, 0, 0, 8]);

        await CancelledAsync(call);
    }

    [Fact]
    public async Task Connection_LostByCaller_CancelsAllItsCalls()
    {
        RpcCall first, second;
        using (var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint))
        {
            first = await PollAsync(connection, 1);
            second = await PollAsync(connection, 3);
        }

        await CancelledAsync(first);
        await CancelledAsync(second);
    }

    [Fact]
    public async Task Stream_ResetInMidMessage_IsNeverHandled()
    {
        using var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint);

        await connection.BeginCallAsync(1, "PollWorkflowTaskQueue");
        await connection.SendFrameAsync(RawConnection.Data, 0, 1, [0, 0, 0, 0, 100, 1, 2]);
        await connection.SendFrameAsync(RawConnection.ResetStream, 0, 1, [0, 0, 0, 8]);
        var next = await PollAsync(connection, 3);

        _calls.ShouldBe([next]);
    }

    [Fact]
    public async Task Stream_ThatNeverEndsItsMessage_MeetsItsDeadline()
    {
        using var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint);

        await connection.BeginCallAsync(1, "PollWorkflowTaskQueue", ("grpc-timeout", "50m"));
        await connection.SendFrameAsync(RawConnection.Data, 0, 1, [0, 0, 0, 0, 100, 1, 2]);

        (await connection.ReadUntilAsync(f => f.EndsStream(1))).ShouldNotBeNull().Type.ShouldBe(RawConnection.Headers);
    }

    [Fact]
    public async Task Connection_WithPings_IsAnswered()
    {
        using var connection = await RawConnection.OpenAsync(_server.Listener.EndPoint);
        for (byte i = 0; i < 20; i++)
        {
            await connection.SendFrameAsync(RawConnection.Ping, 0, 0, [i, 0, 0, 0, 0, 0, 0, 0]);
            (await connection.ReadUntilAsync(f => f.Type == RawConnection.Ping && f.Flags == 1)).ShouldNotBeNull().Payload[0].ShouldBe(i);
        }
    }

    private async Task<RpcCall> PollAsync(RawConnection connection, int stream)
    {
        await connection.BeginCallAsync(stream, "PollWorkflowTaskQueue");
        await connection.SendFrameAsync(RawConnection.Data, RawConnection.EndStream, stream, Frames.Plain(new PollWorkflowTaskQueueRequest()));
        return await ArrivedAsync();
    }

    private async Task<RpcCall> ArrivedAsync()
    {
        (await _arrived.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("the call arrives");
        return _calls.Last();
    }

    private static async Task CancelledAsync(RpcCall call) =>
        await Should.ThrowAsync<TaskCanceledException>(Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, call.Cancellation));
}
