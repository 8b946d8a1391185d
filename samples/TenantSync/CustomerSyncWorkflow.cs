using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace TenantSync;

/// <summary>Syncs one customer with the CRM, time and again.</summary>
[Workflow("CustomerSync")]
public sealed class CustomerSyncWorkflow : StatefulWorkflow
{
    private static readonly ActivityOptions Call = new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) };

    [WorkflowRun]
    public async Task RunAsync(string customer, Uri? filesUrl, TimeSpan every)
    {
        if (filesUrl is not null && Workflow.Info.ContinuedRunId is null)
        {
            // Same token, another address: the token is bound to both hosts.
            await StartChildAsync((FileSyncWorkflow wf) => wf.RunAsync(customer, every), new() { ApiUrl = filesUrl, Workflow = new() { Id = $"{Workflow.Info.WorkflowId}/files" } });
        }

        while (!Workflow.ContinueAsNewSuggested)
        {
            await Workflow.ExecuteActivityAsync((SyncActivities a) => a.SyncAsync($"customers/{customer}"), Call);
            await Workflow.DelayAsync(every);
        }

        throw ContinueAsNew();
    }
}
