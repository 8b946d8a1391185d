using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>A child that answers its parent's token with counts that are none.</summary>
[Workflow]
public sealed class CarelessWorkflow
{
    [WorkflowRun]
    public Task RunAsync(NodePlan plan) => Workflow.WaitConditionAsync(() => false);

    [WorkflowSignal(StatefulNames.ApiToken)]
    public async Task TakeAsync(ApiTokenMessage message)
    {
        var parent = Workflow.GetExternalWorkflowHandle(Workflow.Info.Parent!.WorkflowId);
        foreach (var levels in (object?[][])[[null], [new { d = -5, e = 0, g = 0, f = 0 }]])
            await parent.SignalAsync(StatefulNames.Acknowledged, [new { child = Workflow.Info.WorkflowId, revision = message.Hop!.Revision, levels }]);
        await parent.SignalAsync(StatefulNames.Acknowledged, [new { child = Workflow.Info.WorkflowId, revision = message.Hop!.Revision, levels = Array.Empty<object>() }]);
    }
}
