using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mandate.Load.Cascade;

/// <summary>One measurement, as it is printed. Times are medians of the rotations.</summary>
/// <param name="Workflows">Workflows in the tree.</param>
/// <param name="Fanout">Children of each.</param>
/// <param name="Transport">How our worker and client reach the engine; the peer's use gRPC in any case.</param>
/// <param name="Rotations">Rotations measured, after those that warm up: the same time for each side.</param>
/// <param name="EffectiveMs">From the call that sets a token until an activity of the last leaf, which is asked for after that, has it in its hands: before the tree was told.</param>
/// <param name="AcknowledgedMs">From the update at the root until every workflow has acknowledged.</param>
/// <param name="StartedMs">Until the tree ran.</param>
/// <param name="HeapMiB">Live memory of the process, in five places of the run. It has the worker in it, and in process the engine too.</param>
/// <param name="TypescriptAcknowledgedMs">The same for a signal cascade written with the official TypeScript SDK.</param>
/// <param name="Ratio">How many times as long that takes.</param>
/// <param name="Machine">Where it was measured.</param>
internal sealed record CascadeMeasurement(
    int Workflows,
    int Fanout,
    string Transport,
    int Rotations,
    double EffectiveMs,
    double AcknowledgedMs,
    double StartedMs,
    IReadOnlyList<double> HeapMiB,
    double? TypescriptAcknowledgedMs,
    double? Ratio,
    MachineFacts Machine)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    internal string ToJson() => JsonSerializer.Serialize(this, Options);
}
