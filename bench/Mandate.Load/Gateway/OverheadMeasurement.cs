using System.Text.Json;

namespace Mandate.Load.Gateway;

/// <summary>What the pipeline costs in process, as it is printed.</summary>
/// <param name="Start">A start: the pipeline records it twice, durably, and signs a principal.</param>
/// <param name="Cycle">A poll and its completion.</param>
internal sealed record OverheadMeasurement(Overhead Start, Overhead Cycle, int Count, int Concurrency, int Rounds, MachineFacts Machine)
{
    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
