namespace Mandate.Temporal.Client;

/// <summary>Number of workflows, in all and by group.</summary>
/// <param name="Count">In all.</param>
/// <param name="Groups">By the values the query groups by; empty without GROUP BY.</param>
public sealed record WorkflowExecutionCount(long Count, IReadOnlyList<WorkflowExecutionCount.AggregationGroup> Groups)
{
    /// <summary>One group.</summary>
    /// <param name="Count">Number of workflows.</param>
    /// <param name="GroupValues">Values all of them share, in the order of GROUP BY.</param>
    public sealed record AggregationGroup(long Count, IReadOnlyList<object> GroupValues);
}
