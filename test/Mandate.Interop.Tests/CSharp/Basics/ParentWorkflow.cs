using System.Text.Json;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Runs a child of any type on any task queue and adds to its result.</summary>
[Workflow("parent")]
public sealed class ParentWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string type, string taskQueue, JsonElement input)
    {
        var answer = await Workflow.ExecuteChildWorkflowAsync<string>(type, [input], new ChildWorkflowOptions { Id = $"{Workflow.Info.WorkflowId}/child", TaskQueue = taskQueue });
        return $"parent of {answer}";
    }
}
