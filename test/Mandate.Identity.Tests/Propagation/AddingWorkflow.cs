using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Waits, and answers updates with for whom it works and who sent them.</summary>
[Workflow]
public sealed class AddingWorkflow
{
    [WorkflowRun]
    public Task RunAsync() => Workflow.WaitConditionAsync(() => false);

    [WorkflowUpdate]
    public Task<string> AddAsync() => Task.FromResult($"for {Principal.Current} by {Principal.CurrentActor}");
}
