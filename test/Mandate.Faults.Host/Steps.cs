using Mandate.Temporal.Activities;
using Mandate.Temporal.Workflows;

namespace Mandate.Faults.Host;

/// <summary>The activities: no two executions give the same answer, so that one that was lost or taken twice shows.</summary>
public sealed class Steps
{
    internal static ActivityOptions Options { get; } = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(5),
        RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(100), MaximumInterval = TimeSpan.FromSeconds(1) },
    };

    internal static LocalActivityOptions LocalOptions { get; } = new() { StartToCloseTimeout = TimeSpan.FromSeconds(5) };

    /// <summary>Answers a step: whose it is, which, and something only this execution knows.</summary>
    [Activity]
    public static string Take(string step) => $"{ActivityExecutionContext.Current.Info.WorkflowId}/{step}/{Guid.NewGuid():N}";
}
