using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.History;

/// <summary>A started workflow task as its worker gets it. Put together under the lock; the part of the history that is not in memory is read after the commit.</summary>
internal sealed class WorkflowTaskAnswer
{
    private readonly PollWorkflowTaskQueueResponse _response;
    private readonly HistorySlice _history;
    private bool _handedOut;

    private WorkflowTaskAnswer(PollWorkflowTaskQueueResponse response, HistorySlice history)
    {
        _response = response;
        _history = history;
    }

    /// <param name="run">The run whose task has just been started.</param>
    /// <param name="partial">True for a worker that has the run cached: it gets what is new to it.</param>
    public static WorkflowTaskAnswer Create(RunTransaction run, bool partial)
    {
        var state = run.State;
        var task = state.WorkflowTask!;
        var response = new PollWorkflowTaskQueueResponse
        {
            TaskToken = TaskTokens.ForWorkflowTask(run.Run, task),
            WorkflowExecution = new() { WorkflowId = state.WorkflowId, RunId = state.RunId },
            WorkflowType = state.Started.WorkflowType,
            PreviousStartedEventId = state.PreviousStartedId,
            StartedEventId = task.StartedId,
            Attempt = task.Attempt,
            ScheduledTime = task.ScheduledAt.ToTimestamp(),
            StartedTime = task.StartedAt.ToTimestamp(),
            WorkflowExecutionTaskQueue = new() { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
        };
        foreach (var query in run.Run.Queries.Attach())
            response.Queries[query.Id] = query.Query;
        response.Messages.AddRange(run.Run.Updates.Send(state, task.StartedId, again: !partial));
        IReadOnlyList<HistoryEvent> suffix = task.IsTransient ? run.TransientEvents(task) : [];
        var slice = HistorySlice.Take(run.Run, partial ? state.PreviousStartedId + 1 : 1, task.StartedId - suffix.Count, suffix);
        return new(response, slice);
    }

    /// <exception cref="EngineStoreException">The history cannot be read.</exception>
    public PollWorkflowTaskQueueResponse ToResponse(EngineCore core)
    {
        // A task can be handed out again when its first poll turned out to be dead, so what was handed out once is not touched again.
        var response = _handedOut ? _response.Clone() : _response;
        _handedOut = true;
        var page = _history.FirstPage(core);
        response.History = page.History;
        response.NextPageToken = page.NextPageToken;
        return response;
    }
}
