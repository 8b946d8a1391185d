using System.Text.Json;

namespace Mandate.Load.EngineAlone;

/// <summary>The engine beside SQLite, as it is printed.</summary>
/// <param name="SqliteCommitsPerSecond">SQLite's own commits.</param>
/// <param name="OneCaller">The engine with one caller.</param>
/// <param name="ManyCallers">The engine with many.</param>
internal sealed record EngineMeasurement(double SqliteCommitsPerSecond, EngineRate OneCaller, EngineRate ManyCallers, MachineFacts Machine)
{
    internal string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
