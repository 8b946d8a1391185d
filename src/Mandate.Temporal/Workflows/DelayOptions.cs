namespace Mandate.Temporal.Workflows;

/// <summary>A durable wait.</summary>
/// <param name="Delay">How long; at least 1 ms, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
/// <param name="Summary">One line for people, shown by tools.</param>
/// <param name="CancellationToken">Ends the wait; the workflow's own token when null.</param>
public sealed record DelayOptions(TimeSpan Delay, string? Summary = null, CancellationToken? CancellationToken = null);
