using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>An activity whose result is larger than an engine keeps.</summary>
[Workflow("tooLarge")]
public sealed class TooLargeWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(int bytes) => Workflow.ExecuteActivityAsync((InteropActivities a) => a.MakeText(bytes), new TwinOptions(StartToClose: 60_000).ToActivityOptions());
}
