using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mandate.Demo.Report;

/// <summary>Generated JSON of the demonstration.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DemoReport))]
[JsonSerializable(typeof(DemoFailure))]
internal sealed partial class DemoJsonContext : JsonSerializerContext;
