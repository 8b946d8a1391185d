using Mandate.Temporal.Activities;

namespace Mandate.Load;

/// <summary>The activity of the measured workflow.</summary>
public sealed class GreetingActivities
{
    /// <summary>Greets at once.</summary>
    [Activity]
    public string Greet(string name) => $"Hello, {name}!";
}
