using System.Net;
using Mandate.Protocol.Grpc;

namespace Mandate.Load.Gateway;

/// <summary>The pipeline between a listener and a channel, as a child process of a measurement.</summary>
internal static class GatewayHost
{
    /// <summary>Writes the address, then serves until standard input ends, as it does when the parent is gone.</summary>
    internal static async Task RunAsync(DirectoryInfo dataDirectory, string upstream, CancellationToken cancellation)
    {
        dataDirectory.Create();
        await using var channel = new GrpcChannel(new GrpcChannelOptions { Target = upstream });
        await using var pipeline = await BenchPipeline.StartAsync(channel.Handler, dataDirectory.FullName, cancellation);
        await using var listener = await GrpcListener.StartAsync(pipeline.Handler, new() { ListenOn = new(IPAddress.Loopback, 0) }, cancellation);
        await Console.Out.WriteLineAsync(listener.Address);
        await Console.In.ReadToEndAsync(cancellation);
    }
}
