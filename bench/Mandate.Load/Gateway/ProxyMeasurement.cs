using System.Text.Json;

namespace Mandate.Load.Gateway;

/// <summary>The gateway in front of an engine in another process, as it is printed.</summary>
/// <param name="Start">Starts: two events in the ledger and a signed principal each.</param>
/// <param name="PollAndComplete">Polls and completions.</param>
/// <param name="Describe">Descriptions: one event in the ledger and one look at the run's owner each.</param>
internal sealed record ProxyMeasurement(ProxyRate Start, ProxyRate PollAndComplete, ProxyRate Describe, int Count, int Concurrency, MachineFacts Machine)
{
    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
