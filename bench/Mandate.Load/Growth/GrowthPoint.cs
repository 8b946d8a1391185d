namespace Mandate.Load.Growth;

/// <summary>One point of the curve.</summary>
/// <param name="RunsInStore">Runs in the store at the end of the window.</param>
/// <param name="WorkflowsPerSecond">In the window.</param>
/// <param name="CpuMicrosecondsEach">CPU time of client, worker and engine for each workflow of the window.</param>
/// <param name="P50Ms">Median time of a workflow in the window.</param>
/// <param name="StoreMiB">Size of the store's files.</param>
internal sealed record GrowthPoint(int RunsInStore, double WorkflowsPerSecond, double CpuMicrosecondsEach, double P50Ms, long StoreMiB);
