using Mandate.Temporal.Activities;

namespace Mandate.Benchmarks;

/// <summary>The activity of the history that is measured.</summary>
public sealed class RoundsActivities
{
    /// <summary>Answers what it is given.</summary>
    [Activity]
    public string Echo(string text) => text;
}
