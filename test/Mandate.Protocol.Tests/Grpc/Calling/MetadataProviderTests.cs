using System.Collections.Concurrent;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Protocol.Tests.Grpc.Calling;

public sealed class MetadataProviderTests
{
    [Fact]
    public async Task Call_ProviderAnswersAnew_NextCallOnTheOpenConnectionCarriesIt()
    {
        var seen = new ConcurrentQueue<(string? Peer, string? Token)>();
        await using var server = await LoopbackServer.StartAsync(call =>
        {
            seen.Enqueue((call.Peer, call.Metadata["authorization"]));
            return new GetSystemInfoResponse();
        });
        var epoch = 0;
        var channel = server.Connect(o => o with
        {
            Metadata = async (_, cancellation) =>
            {
                await Task.Yield();
                cancellation.ThrowIfCancellationRequested();
                return new([new("authorization", $"Bearer {++epoch}")]);
            },
        });

        for (var i = 0; i < 3; i++)
            await channel(new RpcCall(new GetSystemInfoRequest()));

        seen.Select(s => s.Token).ShouldBe(["Bearer 1", "Bearer 2", "Bearer 3"]);
        seen.Select(s => s.Peer).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Call_ProviderAndCallHaveTheSameKey_ProvidersIsSentAlone()
    {
        var seen = new ConcurrentQueue<RpcMetadata>();
        await using var server = await LoopbackServer.StartAsync(call =>
        {
            seen.Enqueue(call.Metadata);
            return new GetSystemInfoResponse();
        });
        var channel = server.Connect(o => o with { Metadata = (_, _) => ValueTask.FromResult(new RpcMetadata([new("authorization", "channel")])) });

        await channel(new RpcCall(new GetSystemInfoRequest()) { Metadata = new([new("Authorization", "caller"), new("x-other", "kept")]) });

        var metadata = seen.Single();
        metadata.All("authorization").ShouldBe(["channel"]);
        metadata["x-other"].ShouldBe("kept");
    }

    [Fact]
    public async Task Call_ProviderFails_ItsErrorIsTheCallersAndNothingIsSent()
    {
        var handled = false;
        await using var server = await LoopbackServer.StartAsync(_ =>
        {
            handled = true;
            return new GetSystemInfoResponse();
        });
        var channel = server.Connect(o => o with { Metadata = (_, _) => throw new InvalidOperationException("no token") });

        (await Should.ThrowAsync<InvalidOperationException>(channel(new RpcCall(new GetSystemInfoRequest())))).Message.ShouldBe("no token");

        handled.ShouldBeFalse();
    }

    [Fact]
    public async Task Call_LargeToken_Arrives()
    {
        var token = new string('t', 30_000);
        await using var server = await LoopbackServer.StartAsync(call => new GetSystemInfoResponse { ServerVersion = $"{call.Metadata["authorization"]?.Length}" });

        var response = (GetSystemInfoResponse)await server.Connect()(new RpcCall(new GetSystemInfoRequest()) { Metadata = new([new("authorization", token)]) });

        response.ServerVersion.ShouldBe("30000");
    }

    [Fact]
    public async Task Call_MetadataOverTheListenersLimit_FailsAndOthersGoOn()
    {
        await using var server = await LoopbackServer.StartAsync(_ => new GetSystemInfoResponse());
        var channel = server.Connect();

        await Should.ThrowAsync<RpcException>(channel(new RpcCall(new GetSystemInfoRequest()) { Metadata = new([new("x-large", new string('x', 200_000))]) }));
        await Should.ThrowAsync<RpcException>(channel(new RpcCall(new GetSystemInfoRequest())
        {
            Metadata = new(Enumerable.Range(0, 300).Select(i => new KeyValuePair<string, string>($"x-{i}", "v"))),
        }));

        await channel(new RpcCall(new GetSystemInfoRequest()));
    }
}
