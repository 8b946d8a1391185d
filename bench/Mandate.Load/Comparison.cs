using System.Text.Json;

namespace Mandate.Load;

/// <summary>The three measurements side by side: workflows a second, and how many times the TypeScript SDK's rate C# reaches.</summary>
internal sealed record Comparison(
    double CsharpInProcess,
    double CsharpGrpc,
    double TypescriptGrpc,
    double RatioInProcess,
    double RatioGrpc,
    int Workflows,
    int Concurrency,
    double WarmUpSeconds,
    IReadOnlyList<Measurement> Measurements)
{
    internal static async Task<Comparison> RunAsync(LoadPlan plan, CancellationToken cancellation)
    {
        var inProcess = await Scenario.RunAsync(WorkerKind.CSharp, TransportKind.InProcess, plan, cancellation);
        var grpc = await Scenario.RunAsync(WorkerKind.CSharp, TransportKind.Grpc, plan, cancellation);
        var typescript = await Scenario.RunAsync(WorkerKind.TypeScript, TransportKind.Grpc, plan, cancellation);
        return new(
            inProcess.WorkflowsPerSecond,
            grpc.WorkflowsPerSecond,
            typescript.WorkflowsPerSecond,
            Math.Round(inProcess.WorkflowsPerSecond / typescript.WorkflowsPerSecond, 2),
            Math.Round(grpc.WorkflowsPerSecond / typescript.WorkflowsPerSecond, 2),
            plan.Workflows,
            plan.Concurrency,
            plan.WarmUp.TotalSeconds,
            [inProcess, grpc, typescript]);
    }

    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
