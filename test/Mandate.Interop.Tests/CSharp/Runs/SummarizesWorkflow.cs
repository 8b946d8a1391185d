using System.Text.Json;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Says of an activity, a timer and a child what they are for.</summary>
[Workflow("summarizes")]
public sealed class SummarizesWorkflow
{
    [WorkflowRun]
    public async Task RunAsync()
    {
        await Workflow.ExecuteActivityAsync(
            (InteropActivities a) => a.Echo(JsonSerializer.SerializeToElement("a", JsonSerializerOptions.Default)), new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1), Summary = "an activity" });
        await Workflow.DelayWithOptionsAsync(new(TimeSpan.FromMilliseconds(1), "a timer"));
        await Workflow.ExecuteChildWorkflowAsync(
            (TimerWorkflow wf) => wf.RunAsync(1), new ChildWorkflowOptions { Id = $"{Workflow.Info.WorkflowId}/child", StaticSummary = "a child", StaticDetails = "at length" });
    }
}
