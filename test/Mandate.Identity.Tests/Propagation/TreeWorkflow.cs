using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Says for whom it works, asks an activity and a local one the same, and has children do so.</summary>
[Workflow]
public sealed class TreeWorkflow
{
    [WorkflowRun]
    public async Task<List<string>> RunAsync(int level, int levels)
    {
        var seen = new List<string> { $"workflow {level} {Principal.Current}" };
        seen.Add($"activity {level} {await Workflow.ExecuteActivityAsync(() => WhoActivities.Who(), WhoActivities.Options)}");
        seen.Add($"local {level} {await Workflow.ExecuteLocalActivityAsync(() => WhoActivities.Who(), new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) })}");
        if (level < levels)
        {
            var next = level + 1;
            seen.AddRange(await Workflow.ExecuteChildWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(next, levels)));
        }

        seen.Add($"end {level} {Principal.Current}");
        return seen;
    }
}
