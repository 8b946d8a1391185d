using System.Text.Json;

namespace Mandate.Load.Growth;

/// <summary>The curve, as it is printed.</summary>
/// <param name="CpuRatio">CPU time a workflow costs at the last point, against the first.</param>
/// <param name="RateRatio">Workflows a second at the last point, against the first.</param>
internal sealed record GrowthMeasurement(IReadOnlyList<GrowthPoint> Curve, int Concurrency, int Window, double CpuRatio, double RateRatio, MachineFacts Machine)
{
    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
