namespace Mandate.Load.Cascade;

/// <summary>Our side's outcome: medians in milliseconds, and live memory in five places of the run in MiB.</summary>
internal sealed record CascadeTimes(double Started, double Effective, double Acknowledged, IReadOnlyList<double> HeapMiB);
