using System.Net;
using Mandate.Engine;
using Mandate.Protocol.Grpc;

namespace Mandate.Load;

/// <summary>The engine with its listener, as a child process of a measurement.</summary>
internal static class EngineHost
{
    /// <summary>Writes the address, then serves until standard input ends, as it does when the parent is gone.</summary>
    internal static async Task RunAsync(DirectoryInfo dataDirectory, CancellationToken cancellation)
    {
        await using var engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = dataDirectory.FullName, Namespaces = ["default", "typescript"] }, cancellation);
        await using var listener = await GrpcListener.StartAsync(engine.Handler, new() { ListenOn = new(IPAddress.Loopback, 0) }, cancellation);
        await Console.Out.WriteLineAsync(listener.Address);
        await Console.In.ReadToEndAsync(cancellation);
    }
}
