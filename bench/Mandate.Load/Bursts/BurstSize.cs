namespace Mandate.Load.Bursts;

/// <summary>One size of a burst.</summary>
/// <param name="Count">How many.</param>
/// <param name="Seconds">From the start of the workflow to its result.</param>
/// <param name="PerSecond">How many a second.</param>
/// <param name="CpuMicrosecondsEach">CPU time of this process for each. In process that is client, worker and engine together.</param>
/// <param name="HistoryEvents">Events of the workflow's history.</param>
internal sealed record BurstSize(int Count, double Seconds, double PerSecond, double CpuMicrosecondsEach, long HistoryEvents);
