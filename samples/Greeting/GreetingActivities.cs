using Mandate.Identity;
using Mandate.Temporal.Activities;

namespace Greeting;

/// <summary>What greetings do outside the workflow.</summary>
public sealed class GreetingActivities
{
    /// <summary>Greets in the name of the user for whom the run acts.</summary>
    [Activity]
    public string Greet(string name) => $"Hello {name}, says {Principal.Current.UserId} of {Principal.Current.TenantId}";
}
