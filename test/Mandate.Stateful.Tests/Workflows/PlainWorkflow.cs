using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Knows nothing of trees: starts children by Temporal's own means, and sends what it is told to.</summary>
[Workflow]
public sealed class PlainWorkflow
{
    private bool _continues;

    [WorkflowQuery]
    public string? Refusal { get; private set; }

    [WorkflowQuery]
    public string RunId { get; } = Workflow.Info.RunId;

    [WorkflowRun]
    public async Task RunAsync()
    {
        await Workflow.WaitConditionAsync(() => _continues);
        throw Workflow.CreateContinueAsNewException((PlainWorkflow wf) => wf.RunAsync());
    }

    [WorkflowSignal]
    public Task ContinueAsync()
    {
        _continues = true;
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public async Task AddChildAsync(PlainRequest child)
    {
        try
        {
            await Workflow.StartChildWorkflowAsync(child.Workflow, child.Workflow == nameof(PlainWorkflow) ? [] : [new NodePlan()], new() { Id = child.Id, ParentClosePolicy = ParentClosePolicy.Abandon });
        }
        catch (ApplicationFailureException e)
        {
            Refusal = $"{e.ErrorType}: {e.Message}";
        }
        catch (WorkflowAlreadyStartedException e)
        {
            Refusal = e.Message;
        }
    }

    [WorkflowSignal]
    public Task TellAsync(string target, ApiTokenMessage message) => Workflow.GetExternalWorkflowHandle(target).SignalAsync(StatefulNames.ApiToken, [message]);
}
