using Mandate.Temporal.Workflows;

namespace Mandate.Faults.Host;

/// <summary>The child: a timer, a new run, an activity, and a signal to the parent.</summary>
[Workflow]
public sealed class Stage
{
    /// <summary>What it tells its parent.</summary>
    internal const string Farewell = "the stage is done";

    /// <summary>Takes one step in its second run.</summary>
    [WorkflowRun]
    public async Task<string> RunAsync(string step, string parent, int run)
    {
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(100));
        if (run == 0)
            throw Workflow.CreateContinueAsNewException((Stage w) => w.RunAsync(step, parent, 1));
        var answer = await Workflow.ExecuteActivityAsync(() => Steps.Take(step), Steps.Options);
        await Workflow.GetExternalWorkflowHandle<Journey>(parent).SignalAsync(w => w.NoteAsync(Farewell));
        return answer;
    }
}
