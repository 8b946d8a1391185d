using System.Text.Json;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>A context of an activity as it sees itself.</summary>
[Workflow("activityContext")]
public sealed class ActivityContextWorkflow
{
    [WorkflowRun]
    public async Task<object> RunAsync() => new
    {
        info = await Workflow.ExecuteActivityAsync<JsonElement>(
            "describeInfo", [], new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(30), HeartbeatTimeout = TimeSpan.FromSeconds(5) }),
    };
}
