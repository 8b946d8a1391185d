using Mandate.Temporal.Activities;
using Mandate.Temporal.Workflows;

namespace Mandate.Faults.Host;

/// <summary>The activities: each answer follows from its question.</summary>
public sealed class Steps
{
    internal static ActivityOptions Options { get; } = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(5),
        RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(100), MaximumInterval = TimeSpan.FromSeconds(1) },
    };

    /// <summary>Answers a step.</summary>
    [Activity]
    public static string Take(string step) => $"took {step}";
}
