using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("fanOut")]
public sealed class FanOutWorkflow
{
    [WorkflowRun]
    public async Task<int> RunAsync(int width)
    {
        var answers = await Workflow.WhenAllAsync(Enumerable.Range(0, width).Select(i => Workflow.ExecuteActivityAsync<int>("echo", [i], TwinOptions.Quickly)));
        return answers.Sum();
    }
}
