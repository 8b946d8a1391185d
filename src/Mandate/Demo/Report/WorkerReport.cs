namespace Mandate.Demo.Report;

/// <summary>The worker that was killed and the one that went on.</summary>
/// <param name="KilledProcess">Process id of the worker that was killed with SIGKILL.</param>
/// <param name="KilledAfterEvent">Events the order's history had then.</param>
/// <param name="RestartedProcess">Process id of the worker that went on.</param>
/// <param name="SignalledMeanwhile">Whether the signal was taken while no worker ran.</param>
internal sealed record WorkerReport(int KilledProcess, int KilledAfterEvent, int RestartedProcess, bool SignalledMeanwhile);
