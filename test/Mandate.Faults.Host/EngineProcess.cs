using System.Globalization;
using System.Net;
using Mandate.Engine;
using Mandate.Protocol;
using Mandate.Protocol.Grpc;

namespace Mandate.Faults.Host;

/// <summary>An engine with its listener; each line of standard input changes what is wrong with its world.</summary>
internal static class EngineProcess
{
    public static async Task RunAsync(string directory, int port, int seed)
    {
        var clock = new JumpingTimeProvider();
        using var witness = new Witness(Path.Combine(directory, "witness.log"));
        var faults = new RequestFaults(seed, witness);
        var disk = new DiskFaults(witness);
        await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = Path.Combine(directory, "data"), TimeProvider = clock, LoggerFactory = witness });
        engine.Core.Store.Writer.BeforeCommit = disk.BeforeCommit;
        await using var listener = await GrpcListener.StartAsync(engine.Handler.Through(faults.Stage, witness.Stage), new() { ListenOn = new(IPAddress.Loopback, port) }, CancellationToken.None);
        await Console.Out.WriteLineAsync($"ready {listener.EndPoint.Port}");

        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "clock":
                    clock.Offset = TimeSpan.FromSeconds(double.Parse(words[1], CultureInfo.InvariantCulture));
                    break;
                case "faults":
                    faults.Percent = int.Parse(words[1], CultureInfo.InvariantCulture);
                    break;
                case "slow":
                    disk.Delay = int.Parse(words[1], CultureInfo.InvariantCulture);
                    break;
                case "full":
                    disk.IsFull = true;
                    break;
                case "room":
                    disk.IsFull = false;
                    break;
                default:
                    throw new InvalidOperationException($"Unknown command '{line}'.");
            }
        }
    }
}
