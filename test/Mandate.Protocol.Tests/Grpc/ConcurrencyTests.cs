using System.Collections.Concurrent;
using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Protocol.Tests.Grpc;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Call_ThousandLongPollsOnOneConnection_AllWaitTogetherAndAreAnswered()
    {
        const int Polls = 1000;
        var peers = new ConcurrentDictionary<string, int>();
        var waiting = 0;
        var allWait = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(async Task<IMessage> (call) =>
        {
            if (call.Request is GetSystemInfoRequest)
                return new GetSystemInfoResponse();
            peers.TryAdd(call.Peer!, 0);
            if (Interlocked.Increment(ref waiting) == Polls)
                allWait.SetResult();
            await allWait.Task;
            return new PollWorkflowTaskQueueResponse { TaskToken = ByteString.CopyFromUtf8(((PollWorkflowTaskQueueRequest)call.Request).Identity) };
        });
        var channel = server.Connect();

        // A client learns at its first call how many the connection takes.
        await channel(new RpcCall(new GetSystemInfoRequest()));
        var polls = Enumerable.Range(0, Polls)
            .Select(i => channel.CallAsync<PollWorkflowTaskQueueResponse>(new PollWorkflowTaskQueueRequest { Identity = $"{i}" }))
            .ToArray();
        var answers = await Task.WhenAll(polls).WaitAsync(TimeSpan.FromSeconds(60));

        answers.Select(a => a.TaskToken.ToStringUtf8()).ShouldBe(Enumerable.Range(0, Polls).Select(i => $"{i}"));
        peers.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_MoreThanTheConnectionTakes_OpensAnother()
    {
        const int Calls = 6;
        var peers = new ConcurrentDictionary<string, int>();
        var waiting = 0;
        var allWait = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(
            async Task<IMessage> (call) =>
            {
                peers.TryAdd(call.Peer!, 0);
                if (Interlocked.Increment(ref waiting) == Calls)
                    allWait.SetResult();
                await allWait.Task;
                return new PollWorkflowTaskQueueResponse();
            },
            new() { MaxConcurrentCallsPerConnection = 2 });
        var channel = server.Connect();

        await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => channel(new RpcCall(new PollWorkflowTaskQueueRequest())))).WaitAsync(TimeSpan.FromSeconds(60));

        peers.Count.ShouldBeGreaterThan(1);
    }
}
