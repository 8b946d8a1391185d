using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace TenantSync;

/// <summary>Stands for code of somebody else's that runs below the sync and must not see its token. It has none, gets none by a rotation, and neither has anything it starts.</summary>
[Workflow("PartnerExport")]
public sealed class PartnerExportWorkflow : StatefulWorkflow
{
    [WorkflowRun]
    public Task RunAsync() => WaitOrContinueAsNewAsync(() => false);
}
