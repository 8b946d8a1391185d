using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace Mandate.Load.Wide;

/// <summary>A child: waits.</summary>
[Workflow]
public sealed class WideChildWorkflow : StatefulWorkflow
{
    [WorkflowRun]
    public Task RunAsync() => WaitOrContinueAsNewAsync(() => false);
}
