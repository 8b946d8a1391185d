using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace TenantSync;

/// <summary>Syncs one customer every five minutes.</summary>
[Workflow("CustomerSync")]
public sealed class CustomerSyncWorkflow : StatefulWorkflow
{
    private static readonly ActivityOptions Call = new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) };

    [WorkflowRun]
    public async Task RunAsync(string customer, Uri? filesUrl)
    {
        if (filesUrl is not null && Workflow.Info.ContinuedRunId is null)
        {
            // Same token, another address: the token is bound to both hosts.
            await StartChildAsync((FileSyncWorkflow wf) => wf.RunAsync(customer), new() { ApiUrl = filesUrl, Workflow = new() { Id = $"{Workflow.Info.WorkflowId}/files" } });
        }

        while (!Workflow.ContinueAsNewSuggested)
        {
            await Workflow.ExecuteActivityAsync((SyncActivities a) => a.SyncAsync($"customers/{customer}"), Call);
            await Workflow.DelayAsync(TimeSpan.FromMinutes(5));
        }

        throw ContinueAsNew();
    }
}
