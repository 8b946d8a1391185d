using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Notes who signalled for whom, until it is told to end.</summary>
[Workflow]
public sealed class ApprovalWorkflow
{
    private readonly List<string> _notes = [];
    private bool _ended;

    [WorkflowRun]
    public async Task<List<string>> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => _ended && Workflow.AllHandlersFinished);
        _notes.Add($"end {Principal.Current} {Principal.CurrentActor}");
        return _notes;
    }

    [WorkflowSignal]
    public async Task NoteAsync(string note)
    {
        var before = Principal.CurrentActor;
        await Workflow.DelayAsync(1);
        _notes.Add($"{note} {Principal.Current} {Principal.CurrentActor}");
        Principal.CurrentActor.ShouldBe(before, "the sender stays the same over waits");
    }

    [WorkflowSignal]
    public Task EndAsync()
    {
        _ended = true;
        return Task.CompletedTask;
    }
}
