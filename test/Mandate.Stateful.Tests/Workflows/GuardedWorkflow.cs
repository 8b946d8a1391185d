using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>No stateful workflow, but with rules for who may send it what.</summary>
[Workflow]
public sealed class GuardedWorkflow
{
    private readonly List<string> _seen = [];

    [WorkflowQuery]
    public IReadOnlyList<string> Seen => _seen;

    [WorkflowRun]
    public Task RunAsync() => Workflow.WaitConditionAsync(() => _seen.Contains("end"));

    [WorkflowSignal]
    [RequireScope("orders:approve")]
    public Task ApproveAsync(string what)
    {
        _seen.Add(what);
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    [RequireAncestor]
    public Task OrderAsync(string what)
    {
        _seen.Add(what);
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public Task OpenAsync(string what)
    {
        _seen.Add(what);
        return Task.CompletedTask;
    }

    [WorkflowUpdate]
    [RequireScope("orders:approve")]
    public Task<int> DecideAsync(string what)
    {
        _seen.Add(what);
        return Task.FromResult(_seen.Count);
    }
}
