using System.Text.Json;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("echoed")]
public sealed class EchoedWorkflow
{
    [WorkflowRun]
    public Task<JsonElement> RunAsync(JsonElement value) =>
        Workflow.ExecuteActivityAsync((InteropActivities a) => a.Echo(value), new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
}
