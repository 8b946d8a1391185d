using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace TenantSync;

/// <summary>Syncs the files of one customer, time and again.</summary>
[Workflow("FileSync")]
public sealed class FileSyncWorkflow : StatefulWorkflow
{
    [WorkflowRun]
    public async Task RunAsync(string customer, TimeSpan every)
    {
        while (!Workflow.ContinueAsNewSuggested)
        {
            await Workflow.ExecuteActivityAsync((SyncActivities a) => a.SyncAsync($"files/{customer}"), new() { StartToCloseTimeout = TimeSpan.FromMinutes(5) });
            await Workflow.DelayAsync(every);
        }

        throw ContinueAsNew();
    }
}
