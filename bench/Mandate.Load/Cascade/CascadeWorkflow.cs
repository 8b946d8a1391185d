using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace Mandate.Load.Cascade;

/// <summary>A node: starts its children and waits.</summary>
[Workflow]
public sealed class CascadeWorkflow : StatefulWorkflow
{
    /// <summary>On a busy machine a tree of thousands takes its time.</summary>
    protected override TimeSpan AcknowledgementTimeout => TimeSpan.FromMinutes(10);

    [WorkflowRun]
    public async Task RunAsync(CascadePlan plan)
    {
        var first = (plan.Index * plan.Fanout) + 1;
        if (Workflow.Info.ContinuedRunId is null)
        {
            await Workflow.WhenAllAsync(Enumerable.Range(first, Math.Max(0, Math.Min(plan.Fanout, plan.Workflows - first))).Select(i =>
            {
                var child = plan with { Index = i };
                return StartChildAsync((CascadeWorkflow wf) => wf.RunAsync(child), new() { Workflow = new() { Id = $"node-{i}" } });
            }));
        }

        await WaitOrContinueAsNewAsync(() => false);
    }

    /// <summary>Calls the API once, as far as the token.</summary>
    [WorkflowUpdate("call")]
    public Task<CascadeCall> CallAsync() => Workflow.ExecuteActivityAsync((CascadeActivities a) => a.CallAsync(), new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) });
}
