using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("describesItself")]
public sealed class DescribesItselfWorkflow
{
    [WorkflowRun]
    public Task<object> RunAsync()
    {
        var info = Workflow.Info;
        return Task.FromResult<object>(new
        {
            runId = info.RunId, workflowId = info.WorkflowId, attempt = info.Attempt, @namespace = info.Namespace,
            taskTimeoutMs = info.TaskTimeout.TotalMilliseconds, runTimeoutMs = info.RunTimeout?.TotalMilliseconds, executionTimeoutMs = info.ExecutionTimeout?.TotalMilliseconds,
        });
    }
}
