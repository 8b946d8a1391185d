namespace Mandate.Temporal.Workflows;

/// <summary>A wait for the workflow's own state.</summary>
/// <param name="ConditionCheck">Whether the wait is over; called often, so it is quick and changes nothing.</param>
/// <param name="Timeout">Longest wait; null for no limit.</param>
/// <param name="TimeoutSummary">One line for people about the timer, shown by tools.</param>
/// <param name="CancellationToken">Ends the wait; the workflow's own token when null.</param>
public sealed record WaitConditionOptions(Func<bool> ConditionCheck, TimeSpan? Timeout = null, string? TimeoutSummary = null, CancellationToken? CancellationToken = null);
