using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>A sum that grows by updates until it is told to finish.</summary>
[Workflow("ledger")]
public sealed class LedgerWorkflow
{
    private int _sum;
    private bool _finished;

    [WorkflowRun]
    public async Task<int> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => _finished && Workflow.AllHandlersFinished);
        return _sum;
    }

    [WorkflowQuery("total")]
    public int Total() => _sum;

    [WorkflowSignal("finish")]
    public Task FinishAsync()
    {
        _finished = true;
        return Task.CompletedTask;
    }

    [WorkflowUpdate("add")]
    public Task<int> AddAsync(int n) => Task.FromResult(_sum += n);

    [WorkflowUpdateValidator(nameof(AddAsync))]
    public void ValidateAdd(int n)
    {
        if (n < 0)
            throw new ApplicationFailureException("only what is positive", "Negative");
    }

    [WorkflowUpdate("addAfterGate")]
    public async Task<int> AddAfterGateAsync(int n, string gate)
    {
        await Workflow.ExecuteActivityAsync((InteropActivities a) => a.WaitAtGateAsync(gate), TwinOptions.Quickly);
        await Workflow.DelayAsync(1);
        return _sum += n;
    }

    [WorkflowUpdate("explode")]
    public Task ExplodeAsync() => throw new ApplicationFailureException("exploded", "Boom", nonRetryable: true);
}
