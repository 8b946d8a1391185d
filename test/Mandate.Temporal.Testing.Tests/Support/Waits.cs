using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Testing.Tests.Support;

/// <summary>Waits for a signal, a week at most; says whether it came.</summary>
[Workflow]
public sealed class Waits
{
    private bool _signalled;

    [WorkflowRun]
    public Task<bool> RunAsync() => Workflow.WaitConditionAsync(() => _signalled, TimeSpan.FromDays(7));

    [WorkflowSignal]
    public Task GoAsync()
    {
        _signalled = true;
        return Task.CompletedTask;
    }
}
