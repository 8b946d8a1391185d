using System.Text.Json;

namespace Mandate.Load.Bursts;

/// <summary>One measurement of much at once in one workflow, as it is printed.</summary>
/// <param name="Kind">What there was much of.</param>
/// <param name="Transport">How client and worker reached the engine.</param>
/// <param name="Sizes">The same with less and with more, so that growth shows.</param>
/// <param name="Machine">Where it was measured.</param>
internal sealed record BurstMeasurement(string Kind, string Transport, IReadOnlyList<BurstSize> Sizes, MachineFacts Machine)
{
    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
