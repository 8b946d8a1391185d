using Mandate.Protocol.Api.Query.V1;
using Mandate.Temporal.Worker.Instance;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker.Runs;

/// <summary>One run on this worker: its machine and its instance, brought forward together.</summary>
internal sealed class WorkflowRun
{
    private readonly WorkflowMachine _machine;
    private readonly WorkflowInstance _instance;

    internal WorkflowRun(WorkflowInstanceOptions options, WorkflowDefinition definition, string workflowId, string runId)
    {
        _machine = new WorkflowMachine(workflowId, runId);
        _instance = new WorkflowInstance(options, definition, _machine);
    }

    internal WorkflowMachine Machine => _machine;

    /// <summary>Feeds history and runs the workflow as far as it goes.</summary>
    /// <exception cref="NonDeterminismException">The code did something else than history says.</exception>
    /// <exception cref="HistoryFormatException">The history is not one a server may send.</exception>
    /// <exception cref="WorkflowTaskFailedException">The code failed in a way that fails the task only.</exception>
    internal void Advance(HistorySlice slice)
    {
        _machine.Feed(slice);
        Advance();
    }

    /// <summary>Runs the workflow as far as it goes with what its machine has.</summary>
    internal void Advance()
    {
        do
        {
            if (_machine.HasHistory)
                _machine.ApplyNextPiece();
            while (_machine.HasJobs)
            {
                var jobs = _machine.TakeJobs();
                if (!_machine.Finished)
                    _instance.Activate(jobs);
            }
        }
        while (_machine.HasHistory);
    }

    internal WorkflowQueryResult Query(string id, WorkflowQuery query) => _instance.Query(id, query);
}
