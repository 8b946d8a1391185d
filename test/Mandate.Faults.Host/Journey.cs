using Mandate.Temporal.Workflows;

namespace Mandate.Faults.Host;

/// <summary>A workflow of activities, a local activity, timers, a child that continues as new, signals and updates, which tells everything that reached it.</summary>
[Workflow]
public sealed class Journey
{
    internal const string TaskQueue = "journeys";

    private readonly List<string> _signals = [];
    private readonly List<string> _updates = [];

    /// <summary>Takes five steps, one of them in a child, and waits for all signals and updates.</summary>
    /// <param name="signals">How many signals there will be from outside; the child sends one more.</param>
    /// <param name="updates">How many updates there will be.</param>
    [WorkflowRun]
    public async Task<JourneyReport> RunAsync(int signals, int updates)
    {
        var first = await Workflow.ExecuteActivityAsync(() => Steps.Take("a"), Steps.Options);
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(200));
        var second = await Task.WhenAll(
            Workflow.ExecuteActivityAsync(() => Steps.Take("b"), Steps.Options),
            Workflow.ExecuteChildWorkflowAsync((Stage w) => w.RunAsync("c", Workflow.Info.WorkflowId, 0), new() { Id = $"{Workflow.Info.WorkflowId}-stage" }),
            Workflow.ExecuteLocalActivityAsync(() => Steps.Take("d"), Steps.LocalOptions));
        await Workflow.WaitConditionAsync(() => _signals.Count > signals && _updates.Count >= updates);
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(100));
        var last = await Workflow.ExecuteActivityAsync(() => Steps.Take("e"), Steps.Options);
        return new([first, .. second, last], _signals, _updates);
    }

    /// <summary>Keeps a signal.</summary>
    [WorkflowSignal]
    public Task NoteAsync(string text)
    {
        _signals.Add(text);
        return Task.CompletedTask;
    }

    /// <summary>Keeps an update, after a moment, and answers it.</summary>
    [WorkflowUpdate]
    public async Task<string> AmendAsync(string text)
    {
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(50));
        _updates.Add(text);
        return $"amended {text}";
    }
}
