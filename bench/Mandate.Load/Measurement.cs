using System.Text.Json;

namespace Mandate.Load;

/// <summary>One measurement, as it is printed.</summary>
internal sealed record Measurement(
    double WorkflowsPerSecond,
    double P50Ms,
    double P99Ms,
    int Workflows,
    int Concurrency,
    double WarmUpSeconds,
    string Worker,
    string Transport,
    MachineFacts Machine)
{
    internal static Measurement Of(Timings timings, WorkerKind worker, TransportKind transport, LoadPlan plan) => new(
        Math.Round(timings.PerSecond, 1),
        Math.Round(timings.Percentile(50), 2),
        Math.Round(timings.Percentile(99), 2),
        plan.Workflows,
        plan.Concurrency,
        plan.WarmUp.TotalSeconds,
        worker.ToString().ToLowerInvariant(),
        transport.ToString().ToLowerInvariant(),
        MachineFacts.Read(plan.DataRoot));

    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
