using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Takes steps until it is advised to continue as new, and does so once.</summary>
[Workflow("continuesWhenAdvised")]
public sealed class ContinuesWhenAdvisedWorkflow
{
    [WorkflowRun]
    public async Task<int> RunAsync(int stepsBefore = 0)
    {
        if (stepsBefore > 0)
            return stepsBefore;
        var steps = 0;
        for (; !Workflow.ContinueAsNewSuggested; steps++)
            await Workflow.DelayAsync(1);
        throw Workflow.CreateContinueAsNewException((ContinuesWhenAdvisedWorkflow wf) => wf.RunAsync(steps));
    }
}
