using System.Text.Json.Serialization;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>Details of a patch marker, as the SDKs write it.</summary>
internal sealed record PatchMarker(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("deprecated")] bool Deprecated);
