using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Testing.Tests.Support;

/// <summary>Has two children sleep, for one and two days, while it sleeps a day and a half.</summary>
[Workflow]
public sealed class Parent
{
    [WorkflowRun]
    public async Task<List<string>> RunAsync()
    {
        var woke = new List<string>();
        await Workflow.WhenAllAsync(
            WakeAsync("child 2", Workflow.ExecuteChildWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(2)))),
            WakeAsync("parent", Workflow.DelayAsync(TimeSpan.FromDays(1.5))),
            WakeAsync("child 1", Workflow.ExecuteChildWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(1)))));
        return woke;

        async Task WakeAsync(string name, Task sleep)
        {
            await sleep;
            woke.Add(name);
        }
    }
}
