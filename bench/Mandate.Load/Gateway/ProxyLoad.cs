using Mandate.Protocol;
using Mandate.Protocol.Grpc;

namespace Mandate.Load.Gateway;

/// <summary>
/// The gateway in front of an engine in another process: requests a second, and processor time of the gateway alone for a thousand requests. Client, gateway and engine share the machine.
/// </summary>
internal static class ProxyLoad
{
    internal static async Task<ProxyMeasurement> RunAsync(int count, int concurrency, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        await using var engine = await EngineProcess.StartAsync(Path.Combine(data.Path, "engine"), cancellation);
        await using var gateway = await GatewayProcess.StartAsync(Path.Combine(data.Path, "gateway"), engine.Address, cancellation);
        await using var channel = new GrpcChannel(new GrpcChannelOptions { Target = gateway.Address });
        var work = new Work(channel.Handler, "proxied");
        for (var i = 0; i < 2; i++)
        {
            await work.StartAsync(count, concurrency, cancellation);
            await work.CompleteAsync(count, concurrency, cancellation);
            await work.DescribeAsync(count, concurrency, cancellation);
        }

        return new(
            await MeasureAsync(gateway, 1, () => work.StartAsync(count, concurrency, cancellation)),
            await MeasureAsync(gateway, 2, () => work.CompleteAsync(count, concurrency, cancellation)),
            await MeasureAsync(gateway, 1, () => work.DescribeAsync(count, concurrency, cancellation)),
            count, concurrency, MachineFacts.Read(dataRoot));
    }

    private static async Task<ProxyRate> MeasureAsync(GatewayProcess gateway, int requestsEach, Func<Task<Spent>> work)
    {
        var before = gateway.Cpu;
        var spent = await work();
        var requests = spent.Count * requestsEach;
        return new(Math.Round(requests / spent.Time.TotalSeconds, 1), Math.Round((gateway.Cpu - before).TotalSeconds / requests * 1000, 3));
    }
}
