using Mandate.Engine;
using Mandate.Temporal.Client;

namespace Mandate.Load;

/// <summary>Runs one measurement on a fresh engine.</summary>
internal static class Scenario
{
    internal static async Task<Measurement> RunAsync(WorkerKind worker, TransportKind transport, LoadPlan plan, CancellationToken cancellation)
    {
        using var data = new DataDirectory(plan.DataRoot);
        await Console.Error.WriteLineAsync($"{worker} over {transport}: {plan.WarmUp.TotalSeconds} s to warm up, then {plan.Workflows} workflows, {plan.Concurrency} at a time, in {data.Path}");
        var timings = (worker, transport) switch
        {
            (WorkerKind.CSharp, TransportKind.InProcess) => await InProcessAsync(data, plan, cancellation),
            (WorkerKind.CSharp, TransportKind.Grpc) => await OverGrpcAsync(data, plan, cancellation),
            (WorkerKind.TypeScript, TransportKind.Grpc) => await TypeScriptAsync(data, plan, cancellation),
            _ => throw new NotSupportedException($"{worker} over {transport}"),
        };
        return Measurement.Of(timings, worker, transport, plan);
    }

    private static async Task<Timings> InProcessAsync(DataDirectory data, LoadPlan plan, CancellationToken cancellation)
    {
        await using var engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = data.Path }, cancellation);
        await using var client = new TemporalClient(engine.Handler);
        return await CSharpLoad.RunAsync(client, plan, cancellation);
    }

    private static async Task<Timings> OverGrpcAsync(DataDirectory data, LoadPlan plan, CancellationToken cancellation)
    {
        await using var engine = await EngineProcess.StartAsync(data.Path, cancellation);
        await using var client = await TemporalClient.ConnectAsync(new(engine.Address), cancellation);
        return await CSharpLoad.RunAsync(client, plan, cancellation);
    }

    private static async Task<Timings> TypeScriptAsync(DataDirectory data, LoadPlan plan, CancellationToken cancellation)
    {
        await using var engine = await EngineProcess.StartAsync(data.Path, cancellation);
        return await TypeScriptLoad.RunAsync(engine.Address, plan, cancellation);
    }
}
