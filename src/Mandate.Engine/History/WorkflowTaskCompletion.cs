using Mandate.Engine.Frontend;
using Mandate.Engine.History.Commands;
using Mandate.Engine.History.Updates;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Query.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.History;

/// <summary>
/// A worker's answer to a workflow task.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>The token must name the started task.</item>
/// <item>A command that ends the run does not go with events the worker has not seen: the task fails with UNHANDLED_COMMAND and is given out again with them.</item>
/// <item>WorkflowTaskCompleted, then each command's events in the order of the commands.</item>
/// <item>The buffer, unless the run has ended: it is then the end of an activity that was cancelled in the same breath. Then the next workflow task: when the worker asks for one, or when there was anything in the buffer.</item>
/// <item>The follow-up task goes back with the answer when the worker asks for that.</item>
/// </list>
/// A command that cannot be carried out breaks the decision off; the caller then has the task failed in a decision of its own (<see cref="Refuse"/>).
/// </remarks>
internal sealed class WorkflowTaskCompletion(EngineCore core, RespondWorkflowTaskCompletedRequest request, TaskToken token)
{
    /// <summary>How long a worker may keep a task alive by asking for the next one without any command.</summary>
    private static readonly TimeSpan HeartbeatLimit = TimeSpan.FromMinutes(30);

    public const string UnhandledCommand = "UnhandledCommand";

    /// <summary>The outcome: an answer, or a refusal that is told once what was recorded instead is durable.</summary>
    public sealed record Result(RpcException? Refusal, WorkflowTaskAnswer? NextTask, IReadOnlyList<PollActivityTaskQueueResponse> Activities);

    /// <exception cref="BadCommandException">A command cannot be carried out.</exception>
    public Result Decide(ChainTransaction transaction)
    {
        var run = Open(transaction);
        var state = run.State;
        var task = state.WorkflowTask!;
        var isHeartbeat = request.ForceCreateNewWorkflowTask && request.Commands.Count == 0 && request.Messages.Count == 0;
        if (isHeartbeat && transaction.Now > task.OriginalScheduledAt + HeartbeatLimit)
        {
            run.TimeOutTask(TimeoutType.StartToClose);
            run.ScheduleTask();
            return new(Errors.NotFound("The workflow task was kept alive for 30 minutes without progress and is given to another worker."), null, []);
        }

        if (request.Commands.Any(c => CommandHandlers.IsTerminal(c.CommandType)) && HasUnseenEvents(state))
        {
            run.FailTask(WorkflowTaskFailedCause.UnhandledCommand, failure: null, request.Identity, request.BinaryChecksum);
            run.WantTask();
            return new(Errors.InvalidArgument(UnhandledCommand), null, []);
        }

        var hadBuffer = state.Buffered.Count > 0;
        var completed = Complete(run, task);
        AnswerQueries(transaction, run);
        run.HoldBuffer();
        RunCommands(run, completed.EventId);
        if (!request.ForceCreateNewWorkflowTask)
            new UpdateMessages(run, []).RejectUnanswered();
        run.Run.Queries.Detach();
        if (!state.IsOpen)
        {
            run.DropBuffer();
            return new(null, null, []);
        }

        var flushed = run.FlushBuffer();

        if (request.ForceCreateNewWorkflowTask || flushed || hadBuffer || run.Run.Updates.HasUnsent(state))
            run.ScheduleTask(isHeartbeat ? task.OriginalScheduledAt : null);
        var activities = StartEagerly(run);
        WorkflowTaskAnswer? next = null;
        if (request.ReturnNewWorkflowTask && state.WorkflowTask is { IsStarted: false })
        {
            run.BypassQueue();
            next = run.StartTask(request.Identity, fromStickyQueue: state.Sticky is not null);
        }
        else if (state.WorkflowTask is null)
        {
            transaction.Then(() => core.Queries.SendWaiting(run.Run));
        }

        return new(null, next, activities);
    }

    /// <summary>Activities the worker has asked for itself go back with the answer: it has kept a place for each, and no poll is needed.</summary>
    private List<PollActivityTaskQueueResponse> StartEagerly(RunTransaction run)
    {
        var started = new List<PollActivityTaskQueueResponse>();
        foreach (var command in request.Commands)
        {
            var wanted = command.ScheduleActivityTaskCommandAttributes;
            if (wanted is not { RequestEagerExecution: true } || !run.State.TryGetActivity(wanted.ActivityId, out var activity) || activity.IsStarted)
                continue;
            // The worker that answers polls the workflow's queue: an activity of another queue is not for it.
            if (activity.Attributes.TaskQueue.Name == run.State.TaskQueue)
                started.Add(run.StartActivity(activity, request.Identity));
        }

        return started;
    }

    /// <summary>
    /// Fails the task of a completion that could not be carried out, and ends the run where no other attempt could be. A transient task is left to its time-out, which spaces the attempts.
    /// </summary>
    public RpcException Refuse(ChainTransaction transaction, BadCommandException error)
    {
        var run = Open(transaction);
        if (run.State.WorkflowTask!.Attempt == 1)
        {
            run.FailTask(error.Cause, new() { Message = error.Reason, Source = "Server", ServerFailureInfo = new() }, request.Identity, request.BinaryChecksum);
            if (error.EndsRun)
                run.Terminate(error.Reason, details: null, "engine");
            else
                run.WantTask();
        }

        return Errors.InvalidArgument(error.Reason);
    }

    private RunTransaction Open(ChainTransaction transaction)
    {
        var run = transaction.TryOpen(token.RunId) ?? throw Errors.StaleTask("workflow");
        if (!run.State.IsOpen || run.State.WorkflowTask is not { IsStarted: true } task || !TaskTokens.Fits(token, task))
            throw Errors.StaleTask("workflow");
        return run;
    }

    private HistoryEvent Complete(RunTransaction run, WorkflowTaskState task)
    {
        var completed = run.CompleteTask(new()
        {
            Identity = request.Identity,
            BinaryChecksum = request.BinaryChecksum,
            WorkerVersion = request.WorkerVersionStamp,
            SdkMetadata = request.SdkMetadata,
            MeteringMetadata = request.MeteringMetadata,
        });
        var sticky = request.StickyAttributes;
        run.State.Sticky = null;
        if (sticky?.WorkerTaskQueue?.Name is { Length: > 0 } name)
        {
            run.State.Sticky = new(name, Durations.Of(sticky.ScheduleToStartTimeout));
            core.Matcher.Queue(new(run.Run.Namespace.Key, name, IsActivity: false)).IsSticky = true;
        }

        return completed;
    }

    /// <summary>True when events wait that the worker's last command does not take back.</summary>
    private bool HasUnseenEvents(RunState state)
    {
        foreach (var (_, item) in state.Buffered)
        {
            var isTakenBack = item.EventType == EventType.TimerFired
                && request.Commands.Any(c => c.CommandType == CommandType.CancelTimer && c.CancelTimerCommandAttributes?.TimerId == item.TimerFiredEventAttributes.TimerId);
            if (!isTakenBack)
                return true;
        }

        return false;
    }

    private void RunCommands(RunTransaction run, long completedId)
    {
        var context = new CommandContext(run, completedId);
        var messages = new UpdateMessages(run, request.Messages);
        foreach (var command in request.Commands)
        {
            if (!run.State.IsOpen)
                throw CommandContext.Bad(WorkflowTaskFailedCause.Unspecified, $"A {command.CommandType} follows a command that ends the run.");
            if (command.CommandType == CommandType.ProtocolMessage)
            {
                messages.Run(command.ProtocolMessageCommandAttributes?.MessageId ?? "");
                continue;
            }

            if (CommandHandlers.IsTerminal(command.CommandType))
            {
                TerminalCommands.Run(run, context, command);
                continue;
            }

            var handler = CommandHandlers.Find(command.CommandType)
                ?? throw CommandContext.Bad(WorkflowTaskFailedCause.FeatureDisabled, $"This engine does not know the command {command.CommandType}.");
            foreach (var item in handler.Decide(context, command))
            {
                item.UserMetadata ??= command.UserMetadata;
                item.EventGroupMarkers.AddRange(command.EventGroupMarkers);
                if (item.EventType == EventType.TimerCanceled)
                    run.TakeBackTimerFired(item.TimerCanceledEventAttributes.TimerId);
                run.Record(item);
                if (item.EventType == EventType.ActivityTaskCanceled)
                    run.WantTask();
            }
        }

        messages.RunRest();
    }

    private void AnswerQueries(ChainTransaction transaction, RunTransaction run)
    {
        foreach (var (id, result) in request.QueryResults)
        {
            if (run.Run.Queries.Remove(id) is { } query)
                transaction.Then(() => query.TryAnswer(OversizeFailure.Of(result, core.Limits) ?? result));
        }
    }
}
