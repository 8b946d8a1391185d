using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace TenantSync;

/// <summary>
/// Keeps a tenant's customers in step: each customer has a workflow of its own that calls the CRM, and one below it that calls the files API. All of them share one token, each has
/// its own address.
/// </summary>
[Workflow("TenantSync")]
public sealed class TenantSyncWorkflow : StatefulWorkflow<TenantSyncWorkflow.Progress>
{
    private bool _stopped;

    [WorkflowRun]
    public async Task<int> RunAsync(SyncRequest request)
    {
        // What was started is part of the state: a run that continues this one does not start it again.
        foreach (var customer in request.Customers.Where(c => State.Started.Add(c)))
        {
            await StartChildAsync((CustomerSyncWorkflow wf) => wf.RunAsync(customer, request.FilesUrl, request.Every), new()
            {
                Workflow = new() { Id = $"{Workflow.Info.WorkflowId}/{customer}" },
            });
        }

        // A partner's export must not see the token.
        if (State.Started.Add("export"))
            await StartChildAsync((PartnerExportWorkflow wf) => wf.RunAsync(), new() { ApiToken = ApiTokenPolicy.Exclude, Workflow = new() { Id = $"{Workflow.Info.WorkflowId}/export" } });

        await WaitOrContinueAsNewAsync(() => _stopped);
        return State.Started.Count;
    }

    [WorkflowSignal("stop")]
    [RequireScope("sync:stop")]
    public Task StopAsync()
    {
        _stopped = true;
        return Task.CompletedTask;
    }

    /// <summary>What survives continue-as-new.</summary>
    public sealed class Progress
    {
        public ISet<string> Started { get; init; } = new HashSet<string>();
    }
}
