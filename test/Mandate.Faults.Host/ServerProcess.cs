using System.Net;
using Mandate.Engine;
using Mandate.Protocol.Grpc;

namespace Mandate.Faults.Host;

/// <summary>An engine with its listener and the limits a user gets without asking, until its standard input ends.</summary>
internal static class ServerProcess
{
    public static async Task RunAsync(string directory)
    {
        await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory });
        await using var listener = await GrpcListener.StartAsync(engine.Handler, new() { ListenOn = new(IPAddress.Loopback, 0) }, CancellationToken.None);
        await Console.Out.WriteLineAsync($"ready {listener.EndPoint.Port}");
        await Console.In.ReadToEndAsync(CancellationToken.None);
    }
}
