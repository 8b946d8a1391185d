using Mandate.Identity;
using Mandate.Temporal.Activities;

namespace Mandate.Acceptance.Tests.Workflows;

/// <summary>The activity of <see cref="EchoWorkflow"/>.</summary>
public sealed class EchoActivities
{
    [Activity]
    public Task<EchoResult> EchoAsync(string text) => Task.FromResult(new EchoResult(text, Principal.Current.ToString(), ""));
}
