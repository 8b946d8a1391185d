using Google.Protobuf;
using Mandate.Protocol.Grpc;

namespace Mandate.Protocol.Tests.Grpc;

/// <summary>A listener on a port of the system's choice, with channels to it that are closed together with it.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly List<GrpcChannel> _channels = [];

    private LoopbackServer(GrpcListener listener) => Listener = listener;

    internal GrpcListener Listener { get; }

    internal static async Task<LoopbackServer> StartAsync(RpcHandler handler, GrpcListenerOptions? options = null) =>
        new(await GrpcListener.StartAsync(handler, (options ?? new()) with { ListenOn = new(System.Net.IPAddress.Loopback, 0) }));

    internal static Task<LoopbackServer> StartAsync(Func<RpcCall, IMessage> handler, GrpcListenerOptions? options = null) =>
        StartAsync(call => Task.FromResult(handler(call)), options);

    internal RpcHandler Connect(Func<GrpcChannelOptions, GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions { Target = Listener.Address };
        var channel = new GrpcChannel(configure is null ? options : configure(options));
        _channels.Add(channel);
        return channel.Handler;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            await channel.DisposeAsync();
        await Listener.DisposeAsync();
    }
}
