using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Continues as new a number of times and says at each for whom it works.</summary>
[Workflow]
public sealed class ContinuingWorkflow
{
    [WorkflowRun]
    public async Task<List<string>> RunAsync(int times, List<string> seen)
    {
        seen.Add(await Workflow.ExecuteActivityAsync(() => WhoActivities.Who(), WhoActivities.Options));
        return times == 0 ? seen : throw Workflow.CreateContinueAsNewException((ContinuingWorkflow wf) => wf.RunAsync(times - 1, seen));
    }
}
