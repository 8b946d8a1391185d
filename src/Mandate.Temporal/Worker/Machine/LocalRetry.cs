namespace Mandate.Temporal.Worker.Machine;

/// <summary>A local activity is to be tried again after a wait too long to keep a workflow task open: the workflow waits with a timer.</summary>
/// <param name="Attempt">The attempt to come.</param>
/// <param name="Backoff">The wait.</param>
/// <param name="OriginalScheduleTime">When the first attempt was scheduled, UTC.</param>
internal sealed record LocalRetry(uint Attempt, TimeSpan Backoff, DateTime OriginalScheduleTime);
