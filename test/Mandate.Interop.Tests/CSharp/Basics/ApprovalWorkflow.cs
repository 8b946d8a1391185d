using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Waits for a number of approvals; its progress can be queried.</summary>
[Workflow("approval")]
public sealed class ApprovalWorkflow
{
    private readonly List<string> _by = [];

    [WorkflowRun]
    public async Task<string[]> RunAsync(int needed)
    {
        await Workflow.WaitConditionAsync(() => _by.Count >= needed);
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
