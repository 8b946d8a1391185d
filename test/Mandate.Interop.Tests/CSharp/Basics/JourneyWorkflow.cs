using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>An activity, a signal, a timer and a child, in this order: what a worker meets that takes a run over.</summary>
[Workflow("journey")]
public sealed class JourneyWorkflow
{
    private readonly List<string> _by = [];

    [WorkflowRun]
    public async Task<string[]> RunAsync(string gate)
    {
        _by.Add(await Workflow.ExecuteActivityAsync((InteropActivities a) => a.WaitAtGateAsync(gate), new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1) }));
        await Workflow.WaitConditionAsync(() => _by.Count >= 2);
        await Workflow.DelayAsync(10);
        _by.Add(await Workflow.ExecuteChildWorkflowAsync((GreetWorkflow wf) => wf.RunAsync("journey"), new ChildWorkflowOptions { Id = $"{Workflow.Info.WorkflowId}/child" }));
        return [.. _by];
    }

    [WorkflowSignal("approve")]
    public Task ApproveAsync(string who)
    {
        _by.Add(who);
        return Task.CompletedTask;
    }

    [WorkflowQuery("progress")]
    public string Progress(string? prefix = null) => $"{prefix}{string.Join(',', _by)}";
}
