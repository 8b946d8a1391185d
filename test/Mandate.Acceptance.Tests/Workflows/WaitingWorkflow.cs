using Mandate.Identity;
using Mandate.Temporal.Workflows;

namespace Mandate.Acceptance.Tests.Workflows;

/// <summary>Waits for a signal and says who sent it.</summary>
[Workflow(TypeName)]
public sealed class WaitingWorkflow
{
    public const string TypeName = "Waiting";

    private string? _sender;

    [WorkflowRun]
    public async Task<string[]> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => _sender is not null);
        return [Principal.Current.ToString(), _sender!];
    }

    [WorkflowSignal("go")]
    public Task GoAsync()
    {
        _sender = Principal.CurrentActor.ToString();
        return Task.CompletedTask;
    }
}
