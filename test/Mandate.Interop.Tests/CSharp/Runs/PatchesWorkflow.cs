using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("patches")]
public sealed class PatchesWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        Workflow.DeprecatePatch("old");
        var way = Workflow.Patched("new-way") ? "new" : "old";
        await Workflow.ExecuteActivityAsync<string>("echo", [way], TwinOptions.Quickly);
        return way;
    }
}
