using Mandate.Temporal.Workflows;

namespace Mandate.Faults.Host;

/// <summary>A workflow of activities, a timer, a child and signals, which tells everything that reached it.</summary>
[Workflow]
public sealed class Journey
{
    internal const string TaskQueue = "journeys";

    private readonly List<string> _signals = [];

    /// <summary>Takes three steps, one of them in a child, and waits for all signals.</summary>
    /// <param name="signals">How many signals there will be.</param>
    /// <returns>The steps' answers in order, then the signals as they came.</returns>
    [WorkflowRun]
    public async Task<IReadOnlyList<string>> RunAsync(int signals)
    {
        var first = await Workflow.ExecuteActivityAsync(() => Steps.Take("a"), Steps.Options);
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(200));
        var second = await Task.WhenAll(
            Workflow.ExecuteActivityAsync(() => Steps.Take("b"), Steps.Options),
            Workflow.ExecuteChildWorkflowAsync((Stage w) => w.RunAsync("c"), new() { Id = $"{Workflow.Info.WorkflowId}-stage" }));
        await Workflow.WaitConditionAsync(() => _signals.Count >= signals);
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(100));
        return [first, .. second, .. _signals];
    }

    /// <summary>Keeps a signal.</summary>
    [WorkflowSignal]
    public Task NoteAsync(string text)
    {
        _signals.Add(text);
        return Task.CompletedTask;
    }
}
