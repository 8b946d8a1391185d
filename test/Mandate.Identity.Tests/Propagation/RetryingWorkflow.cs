using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Fails at its first attempt; its activity does, too.</summary>
[Workflow]
public sealed class RetryingWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        if (Workflow.Info.Attempt == 1)
            throw new ApplicationFailureException("not yet");
        var key = Workflow.Info.RunId;
        var activity = await Workflow.ExecuteActivityAsync(
            () => WhoActivities.WhoAtSecondAttempt(key), new() { StartToCloseTimeout = TimeSpan.FromSeconds(30), RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(1) } });
        return $"{Workflow.Info.Attempt} {Principal.Current}, {activity}";
    }
}
