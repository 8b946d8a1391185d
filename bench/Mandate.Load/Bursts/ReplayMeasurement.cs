using System.Text.Json;

namespace Mandate.Load.Bursts;

/// <summary>One measurement of a long history, as it is printed.</summary>
internal sealed record ReplayMeasurement(int Events, double MadeInSeconds, double FetchedInSeconds, double ReplayedInSeconds, double EventsPerSecond, MachineFacts Machine)
{
    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
