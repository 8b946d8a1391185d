using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Starts many children, and ends in the way it is told when it is asked to.</summary>
[Workflow]
public sealed class EndingWorkflow : StatefulWorkflow
{
    private bool _ends;

    [WorkflowRun]
    public async Task<string> RunAsync(EndingPlan plan)
    {
        if (Workflow.Info.ContinuedRunId is null)
            await Workflow.WhenAllAsync(Enumerable.Range(0, plan.Children).Select(i => StartAsync(plan, i)));
        await WaitOrContinueAsNewAsync(() => _ends);
        return plan.How switch
        {
            "fails" => throw new ApplicationFailureException($"It failed: {plan.Text}", "Reason", nonRetryable: true, details: [plan.Text]),
            "gives up" => throw new TaskCanceledException("It gave up."),
            "breaks" => throw new FormatException("It broke."),
            _ => $"it {plan.How} {plan.Text}",
        };
    }

    [WorkflowSignal]
    public Task EndAsync()
    {
        _ends = true;
        return Task.CompletedTask;
    }

    private Task<ChildWorkflowHandle<NodeWorkflow>> StartAsync(EndingPlan plan, int number) => StartChildAsync((NodeWorkflow wf) => wf.RunAsync(new NodePlan()), new()
    {
        WhenParentEnds = number < plan.Abandoned ? ParentEnd.Abandon : ParentEnd.Cancel,
        Workflow = new() { Id = $"{Workflow.Info.WorkflowId}/{number}" },
    });
}
