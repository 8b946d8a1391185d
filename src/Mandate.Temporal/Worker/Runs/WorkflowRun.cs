using System.Threading.Channels;
using Mandate.Protocol.Api.Query.V1;
using Mandate.Temporal.Worker.Activities;
using Mandate.Temporal.Worker.Instance;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker.Runs;

/// <summary>One run on this worker: its machine and its instance, brought forward together, and the local activities that run for it.</summary>
internal sealed class WorkflowRun
{
    private readonly WorkflowMachine _machine;
    private readonly WorkflowInstance _instance;
    private Channel<LocalEnd>? _localEnds;
    private Dictionary<uint, CancellationTokenSource>? _local;

    internal WorkflowRun(WorkflowInstanceOptions options, WorkflowDefinition definition, string workflowId, string runId)
    {
        _machine = new WorkflowMachine(workflowId, runId);
        _instance = new WorkflowInstance(options, definition, _machine);
    }

    internal WorkflowMachine Machine => _machine;

    internal WorkflowInfo Info => _instance.Info;

    /// <summary>Whether the workflow waits for local activities, so that its task cannot be completed yet.</summary>
    internal bool WaitsForLocalActivities => !_machine.Finished && _machine.RunningLocalActivities > 0;

    /// <summary>Feeds history and runs the workflow as far as it goes.</summary>
    /// <exception cref="NonDeterminismException">The code did something else than history says.</exception>
    /// <exception cref="HistoryFormatException">The history is not one a server may send.</exception>
    /// <exception cref="WorkflowTaskFailedException">The code failed in a way that fails the task only.</exception>
    internal void Advance(HistorySlice slice)
    {
        _machine.Feed(slice);
        Advance();
    }

    internal WorkflowQueryResult Query(string id, WorkflowQuery query) => _instance.Query(id, query);

    /// <summary>Starts and stops local activities as the workflow wants it.</summary>
    internal void RunLocalActivities(LocalActivityExecutor executor, TimeProvider timeProvider)
    {
        foreach (var sequence in _machine.TakeLocalActivitiesToCancel())
        {
            if (_local?.TryGetValue(sequence, out var cancellation) == true)
                cancellation.Cancel();
        }

        foreach (var request in _machine.TakeLocalActivitiesToStart())
        {
            _localEnds ??= Channel.CreateUnbounded<LocalEnd>();
            _local ??= [];
            var cancellation = new CancellationTokenSource();
            _local.Add(request.Sequence, cancellation);
            _ = RunAsync(executor, request, timeProvider, _localEnds.Writer, cancellation.Token);
        }
    }

    /// <summary>Waits for a local activity to end and lets the workflow go on.</summary>
    /// <param name="until">Ends the wait.</param>
    /// <param name="guard">Runs workflow code.</param>
    /// <returns>False when <paramref name="until"/> ended first.</returns>
    internal async Task<bool> AdvanceByLocalActivityAsync(Task until, Action<Action> guard)
    {
        var reader = _localEnds!.Reader;
        if (!reader.TryRead(out var end))
        {
            var waiting = reader.WaitToReadAsync().AsTask();
            if (await Task.WhenAny(waiting, until).ConfigureAwait(false) != waiting || !reader.TryRead(out end))
                return false;
        }

        if (_local!.Remove(end.Sequence, out var cancellation))
            cancellation.Dispose();
        guard(() =>
        {
            _machine.ResolveLocalActivity(end.Sequence, end.Outcome, end.Runtime);
            Advance();
        });
        return true;
    }

    /// <summary>Stops what runs for it; the run is not used any more.</summary>
    internal void Abandon()
    {
        if (_local is null)
            return;
        foreach (var cancellation in _local.Values)
            cancellation.Cancel();
        _local.Clear();
    }

    private void Advance()
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

    private async Task RunAsync(LocalActivityExecutor executor, LocalActivityRequest request, TimeProvider timeProvider, ChannelWriter<LocalEnd> ends, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        var outcome = await executor.ExecuteAsync(request, Info, cancellationToken).ConfigureAwait(false);
        ends.TryWrite(new(request.Sequence, outcome, timeProvider.GetElapsedTime(began)));
    }

    private readonly record struct LocalEnd(uint Sequence, LocalActivityOutcome Outcome, TimeSpan Runtime);
}
