using System.Text.Json.Serialization;
using Mandate.Stateful.Scanning;

namespace Mandate.Commands;

/// <summary>Generated JSON of findings.</summary>
[JsonSerializable(typeof(Finding))]
internal sealed partial class ScanJsonContext : JsonSerializerContext;
