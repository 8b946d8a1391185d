namespace Mandate.Load.Wide;

/// <summary>What the parent does.</summary>
/// <param name="Children">Children it starts, over as many runs as that takes.</param>
public sealed record WidePlan(int Children);
