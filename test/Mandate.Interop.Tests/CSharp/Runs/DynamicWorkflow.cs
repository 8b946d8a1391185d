using Mandate.Protocol.Conversion;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>The workflow of every type that has none of its own; its activity has no implementation of its own either.</summary>
[Workflow(Dynamic = true)]
public sealed class DynamicWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(RawPayload[] args) => Workflow.ExecuteActivityAsync<string>(
        $"activityOf{Workflow.Info.WorkflowType}", args, new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
}
