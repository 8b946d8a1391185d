using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace TenantSync;

/// <summary>Syncs the files of one customer every hour.</summary>
[Workflow("FileSync")]
public sealed class FileSyncWorkflow : StatefulWorkflow
{
    [WorkflowRun]
    public async Task RunAsync(string customer)
    {
        while (!Workflow.ContinueAsNewSuggested)
        {
            await Workflow.ExecuteActivityAsync((SyncActivities a) => a.SyncAsync($"files/{customer}"), new() { StartToCloseTimeout = TimeSpan.FromMinutes(5) });
            await Workflow.DelayAsync(TimeSpan.FromHours(1));
        }

        throw ContinueAsNew();
    }
}
