using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Signals whom it likes.</summary>
[Workflow]
public sealed class StrangerWorkflow
{
    [WorkflowRun]
    public Task RunAsync(string target, string signal, ApiTokenMessage message) => Workflow.GetExternalWorkflowHandle(target).SignalAsync(signal, [message]);
}
