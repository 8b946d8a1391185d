using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace Mandate.Load.Wide;

/// <summary>A parent of very many children, which it starts over many runs.</summary>
[Workflow]
public sealed class WideWorkflow : StatefulWorkflow<WideState>
{
    private const int Batch = 500;

    private bool _continues;

    /// <summary>Children started so far.</summary>
    [WorkflowQuery]
    public int Started => State.Started;

    /// <summary>Children that have not been sent the newest token yet.</summary>
    [WorkflowQuery]
    public int Behind => ApiTokenTree.Children.Count(c => c.IsBehind);

    /// <summary>Children it knows.</summary>
    [WorkflowQuery]
    public int Known => ApiTokenTree.Children.Count;

    protected override TimeSpan AcknowledgementTimeout => TimeSpan.FromHours(1);

    [WorkflowRun]
    public async Task RunAsync(WidePlan plan)
    {
        while (State.Started < plan.Children && !Workflow.ContinueAsNewSuggested)
        {
            var count = Math.Min(Batch, plan.Children - State.Started);
            await Workflow.WhenAllAsync(Enumerable.Range(State.Started, count).Select(i =>
                StartChildAsync((WideChildWorkflow wf) => wf.RunAsync(), new() { Workflow = new() { Id = $"parent-1/child-{i:000000}" } })));
            State.Started += count;
        }

        if (State.Started < plan.Children)
            throw ContinueAsNew();
        await WaitOrContinueAsNewAsync(() => _continues);
        throw ContinueAsNew();
    }

    /// <summary>Has it go on in a new run.</summary>
    [WorkflowSignal]
    public Task ContinueAsync()
    {
        _continues = true;
        return Task.CompletedTask;
    }
}
