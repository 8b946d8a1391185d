using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Has state of its own that continues.</summary>
[Workflow]
public sealed class CountingWorkflow : StatefulWorkflow<CountingWorkflow.Counts>
{
    private bool _continues;

    [WorkflowQuery]
    public int Count => State.Total;

    [WorkflowQuery]
    public string? Name { get; private set; }

    [WorkflowRun]
    public async Task RunAsync(string name, int optional = 7)
    {
        Name = $"{name} {optional}";
        await WaitOrContinueAsNewAsync(() => _continues);
        throw ContinueAsNew();
    }

    [WorkflowSignal]
    public Task AddAsync(int count)
    {
        State.Total += count;
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public Task ContinueAsync()
    {
        _continues = true;
        return Task.CompletedTask;
    }

    public sealed class Counts
    {
        public int Total { get; set; }
    }
}
