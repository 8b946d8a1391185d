namespace Mandate.Demo.Report;

/// <summary>The worker that was killed and the one that went on.</summary>
/// <param name="TokensBefore">Tokens it had been given when the order's timer was set.</param>
/// <param name="TokensAfter">Tokens it had been given when the order had gone on after its timer.</param>
/// <param name="KilledProcess">Process id of the worker that was killed with SIGKILL.</param>
/// <param name="KilledAfterEvent">Events the order's history had then.</param>
/// <param name="RestartedProcess">Process id of the worker that went on.</param>
/// <param name="SignalledMeanwhile">Whether the signal was taken while no worker ran.</param>
internal sealed record WorkerReport(int TokensBefore, int TokensAfter, int KilledProcess, int KilledAfterEvent, int RestartedProcess, bool SignalledMeanwhile);
