namespace Mandate.Demo.Canary;

/// <summary>A place that was looked through.</summary>
/// <param name="Area">Its kind.</param>
/// <param name="Name">File name or workflow id.</param>
/// <param name="Bytes">How much there was.</param>
/// <param name="Hits">Names of the values that were found and must not be.</param>
/// <param name="HasControl">Whether the control value was found.</param>
internal sealed record CanaryPlace(CanaryArea Area, string Name, long Bytes, IReadOnlyList<string> Hits, bool HasControl);
