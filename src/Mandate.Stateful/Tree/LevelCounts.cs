using System.Text.Json.Serialization;

namespace Mandate.Stateful.Tree;

/// <summary>Counts of one level, as they travel upwards.</summary>
internal sealed record LevelCounts(
    [property: JsonPropertyName("d")] int Delivered,
    [property: JsonPropertyName("e")] int Excluded,
    [property: JsonPropertyName("g")] int Gone,
    [property: JsonPropertyName("f")] int Failed)
{
    public static LevelCounts Zero { get; } = new(0, 0, 0, 0);

    public LevelCounts Plus(LevelCounts other) => new(Delivered + other.Delivered, Excluded + other.Excluded, Gone + other.Gone, Failed + other.Failed);
}
