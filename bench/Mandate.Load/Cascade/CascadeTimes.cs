namespace Mandate.Load.Cascade;

/// <summary>Our side's outcome: medians in milliseconds, live memory in five places of the run in MiB, and the events of the longest history at its end.</summary>
internal sealed record CascadeTimes(double Started, double Effective, double Acknowledged, IReadOnlyList<double> HeapMiB, long LongestHistory);
