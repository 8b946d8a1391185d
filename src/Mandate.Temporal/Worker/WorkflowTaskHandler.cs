using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.Query.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Worker.Activities;
using Mandate.Temporal.Worker.Instance;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Worker.Runs;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker;

/// <summary>
/// Works on one workflow task from poll to answer.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>decode payloads where there is a codec;</item>
/// <item>take the run's place in the cache, alone;</item>
/// <item>bring the run forward: with the new events where it is cached and they follow on, else from the whole history;</item>
/// <item>answer queries;</item>
/// <item>while local activities run, keep the task and let them bring the run forward, with heartbeats;</item>
/// <item>answer the task with commands, or with a failure; go on with a task that comes back in the answer;</item>
/// <item>keep the run, unless it has ended or anything went wrong: then the next task replays it.</item>
/// </list>
/// </remarks>
internal sealed partial class WorkflowTaskHandler : IDisposable
{
    /// <summary>Share of a task's time after which it is completed as a heartbeat.</summary>
    private const double HeartbeatShare = 0.8;

    private readonly WorkerContext _context;
    private readonly WorkflowInstanceOptions _instanceOptions;
    private readonly Dictionary<string, WorkflowDefinition> _definitions;
    private readonly WorkflowDefinition? _dynamicDefinition;
    private readonly WorkflowCompletion _completion;
    private readonly DeadlockWatch<(PollWorkflowTaskQueueResponse Task, CachedRun Place)>? _deadlocks;
    private readonly LocalActivityExecutor _localActivities;
    private readonly EagerActivities? _eager;

    internal WorkflowTaskHandler(WorkerContext context, WorkflowRunCache cache, string? stickyQueue, EagerActivities? eager)
    {
        _context = context;
        Cache = cache;
        _completion = new(context, stickyQueue);
        _eager = eager;
        _definitions = context.Options.Workflows.Where(w => !w.Dynamic).ToDictionary(w => w.Name!);
        _dynamicDefinition = context.Options.Workflows.FirstOrDefault(w => w.Dynamic);
        _instanceOptions = new()
        {
            Namespace = context.Namespace,
            TaskQueue = context.TaskQueue,
            DataConverter = context.DataConverter,
            LoggerFactory = context.LoggerFactory,
            Interceptors = context.Interceptors,
            FailureExceptionTypes = context.Options.WorkflowFailureExceptionTypes,
        };
        if (context.Options.DeadlockTimeout is { } timeout)
            _deadlocks = new(timeout, context.TimeProvider, OnDeadlock);
        _localActivities = new(context);
    }

    internal WorkflowRunCache Cache { get; }

    public void Dispose()
    {
        _deadlocks?.Dispose();
        _localActivities.Dispose();
    }

    internal async Task HandleAsync(PollWorkflowTaskQueueResponse task)
    {
        var execution = task.WorkflowExecution;
        try
        {
            for (var next = task; next is { TaskToken.IsEmpty: false };)
                next = await HandleOneAsync(next).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nothing above can mend it; the task times out and comes again.
            Log.TaskBroken(_context.Logger, execution?.WorkflowId, execution?.RunId, e);
        }
    }

    private async Task<PollWorkflowTaskQueueResponse?> HandleOneAsync(PollWorkflowTaskQueueResponse task)
    {
        if (_context.DataConverter.Codec is { } codec)
            task = await PayloadVisitor.DecodeAsync(task, codec).ConfigureAwait(false);
        var place = Cache.Rent(task.WorkflowExecution.RunId);
        try
        {
            await place.Gate.WaitAsync().ConfigureAwait(false);
            try
            {
                return await HandleAsync(task, place).ConfigureAwait(false);
            }
            finally
            {
                place.Gate.Release();
            }
        }
        finally
        {
            Cache.Return(place);
        }
    }

    private async Task<PollWorkflowTaskQueueResponse?> HandleAsync(PollWorkflowTaskQueueResponse task, CachedRun place)
    {
        var began = _context.TimeProvider.GetTimestamp();
        WorkflowRun run;
        try
        {
            run = await AdvanceAsync(task, place).ConfigureAwait(false);
            if (task.Query is { } query)
            {
                WorkflowQueryResult? answer = null;
                Guard(task, place)(() => answer = run.Query("direct", query));
                await AnswerQueryTaskAsync(task, answer!).ConfigureAwait(false);
                if (run.Machine.Closed)
                    Drop(place);
                return null;
            }
        }
        catch (DeadlockException)
        {
            return null;
        }
        catch (Exception e)
        {
            Drop(place);
            await FailAsync(task, e).ConfigureAwait(false);
            return null;
        }

        run.RunLocalActivities(_localActivities, _context.TimeProvider);
        return run.WaitsForLocalActivities
            ? await WaitForLocalActivitiesAsync(task, place, run, began).ConfigureAwait(false)
            : (await CompleteAsync(task, place, run, heartbeat: false).ConfigureAwait(false))?.WorkflowTask;
    }

    /// <summary>
    /// Keeps the task while local activities run. Before the task times out it is completed as a heartbeat, which brings a new one for the same wait.
    /// </summary>
    /// <returns>The task that came back with the last completion, if any.</returns>
    private async Task<PollWorkflowTaskQueueResponse?> WaitForLocalActivitiesAsync(PollWorkflowTaskQueueResponse task, CachedRun place, WorkflowRun run, long began)
    {
        while (true)
        {
            try
            {
                // A worker whose grace period is over leaves the local activities to the worker that gets the task after its time-out.
                using var stopTimer = CancellationTokenSource.CreateLinkedTokenSource(_context.Stopped);
                var left = (run.Info.TaskTimeout * HeartbeatShare) - _context.TimeProvider.GetElapsedTime(began);
                var heartbeat = Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _context.TimeProvider, stopTimer.Token);
                while (run.WaitsForLocalActivities && await run.AdvanceByLocalActivityAsync(heartbeat, Guard(task, place)).ConfigureAwait(false))
                    run.RunLocalActivities(_localActivities, _context.TimeProvider);
                await stopTimer.CancelAsync().ConfigureAwait(false);
            }
            catch (DeadlockException)
            {
                return null;
            }
            catch (Exception e)
            {
                Drop(place);
                await FailAsync(task, e).ConfigureAwait(false);
                return null;
            }

            if (run.WaitsForLocalActivities && _context.Stopped.IsCancellationRequested)
            {
                Drop(place);
                return null;
            }

            var response = await CompleteAsync(task, place, run, heartbeat: run.WaitsForLocalActivities).ConfigureAwait(false);
            if (!run.WaitsForLocalActivities || place.Run != run || response?.WorkflowTask is not { TaskToken.IsEmpty: false } next)
                return response?.WorkflowTask;

            began = _context.TimeProvider.GetTimestamp();
            task = _context.DataConverter.Codec is { } codec ? await PayloadVisitor.DecodeAsync(next, codec).ConfigureAwait(false) : next;
            try
            {
                run = await AdvanceAsync(task, place).ConfigureAwait(false);
                run.RunLocalActivities(_localActivities, _context.TimeProvider);
            }
            catch (DeadlockException)
            {
                return null;
            }
            catch (Exception e)
            {
                Drop(place);
                await FailAsync(task, e).ConfigureAwait(false);
                return null;
            }
        }
    }

    /// <summary>Brings the run forward by the task's events.</summary>
    private async Task<WorkflowRun> AdvanceAsync(PollWorkflowTaskQueueResponse task, CachedRun place)
    {
        var events = await WorkflowHistoryReader.ReadAsync(_context, task, place.Run?.Machine).ConfigureAwait(false);
        if (place.Run is null || !events.FollowOn)
        {
            Drop(place);
            place.Run = new WorkflowRun(_instanceOptions, DefinitionOf(task.WorkflowType.Name), task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId);
        }

        var run = place.Run;
        var slice = new HistorySlice(events.Events, task.PreviousStartedEventId, task.Messages);
        Guard(task, place)(() => run.Advance(slice));
        return run;
    }

    /// <summary>Runs workflow code under the deadlock watch.</summary>
    private Action<Action> Guard(PollWorkflowTaskQueueResponse task, CachedRun place) => action =>
    {
        if (_deadlocks is null)
            action();
        else if (!_deadlocks.Run((task, place), action))
            throw new DeadlockException();
    };

    private void OnDeadlock((PollWorkflowTaskQueueResponse Task, CachedRun Place) stuck)
    {
        // The thread is lost to the workflow for as long as it likes; tasks to come replay the run in another place.
        Cache.Forget(stuck.Place);
        _ = FailAsync(stuck.Task, new InvalidWorkflowOperationException(
            $"Workflow code ran for more than {_context.Options.DeadlockTimeout!.Value.TotalSeconds:0.###} s without waiting: a deadlock, a blocking call, or too much work. " +
            "Workflow code must not block; leave I/O and long computations to activities."));
    }

    private static void Drop(CachedRun place)
    {
        place.Run?.Abandon();
        place.Run = null;
    }

    private WorkflowDefinition DefinitionOf(string workflowType) =>
        _definitions.TryGetValue(workflowType, out var definition)
            ? definition
            : _dynamicDefinition ?? throw new InvalidWorkflowOperationException(
                $"Workflow type '{workflowType}' is not registered on this worker of task queue {_context.TaskQueue}. It has: {string.Join(", ", _definitions.Keys.Order(StringComparer.Ordinal))}. " +
                "Register it, or start the workflow on the task queue of a worker that has it.");

    private async Task<RespondWorkflowTaskCompletedResponse?> CompleteAsync(PollWorkflowTaskQueueResponse task, CachedRun place, WorkflowRun run, bool heartbeat)
    {
        var reserved = 0;
        IReadOnlyList<PollActivityTaskQueueResponse> eager = [];
        try
        {
            RespondWorkflowTaskCompletedRequest? request = null;
            Guard(task, place)(() => request = _completion.Build(task, run, heartbeat));
            if (_eager is not null && !_context.Stopping.IsCancellationRequested)
                reserved = _eager.Reserve(request!.Commands);
            if (_context.DataConverter.Codec is { } codec)
                request = await WorkflowCompletion.EncodeAsync(request!, codec).ConfigureAwait(false);
            var response = await _context.Calls.CallAsync<RespondWorkflowTaskCompletedResponse>(request!).ConfigureAwait(false);
            eager = response.ActivityTasks;
            if (run.Machine.Finished)
                Drop(place);
            else if (response.ResetHistoryEventId > 0)
                run.Machine.ForgetSpeculativeTask(response.ResetHistoryEventId);
            return response;
        }
        catch (RpcException e)
        {
            // What the workflow did was not taken: the next task begins from history.
            Drop(place);
            if (e.Code == RpcStatusCode.NotFound)
                Log.TaskGone(_context.Logger, task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId);
            else if (!IsUnhandledCommand(e))
                Log.CompletionRefused(_context.Logger, task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId, e.Code, e.Message);
            return null;
        }
        catch (DeadlockException)
        {
            return null;
        }
        catch (Exception e)
        {
            Drop(place);
            await FailAsync(task, e).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _eager?.Dispatch(eager, reserved);
        }
    }

    // The server had news for the workflow when it wanted to end; it sends a new task.
    private static bool IsUnhandledCommand(RpcException e) => e.Code == RpcStatusCode.InvalidArgument && e.Message == "UnhandledCommand";

    private async Task FailAsync(PollWorkflowTaskQueueResponse task, Exception e)
    {
        var cause = e switch
        {
            NonDeterminismException => WorkflowTaskFailedCause.NonDeterministicError,
            _ => WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure,
        };
        var error = e is WorkflowTaskFailedException { InnerException: { } inner } ? inner : e;
        Log.TaskFailed(_context.Logger, task.WorkflowType.Name, task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId, task.Attempt, cause, error);
        if (task.Query is not null)
        {
            await AnswerQueryTaskAsync(task, new WorkflowQueryResult
            {
                ResultType = QueryResultType.Failed,
                ErrorMessage = error.Message,
                Failure = _context.DataConverter.FailureConverter.ToFailure(error, _context.DataConverter.PayloadConverter),
            }).ConfigureAwait(false);
            return;
        }

        // From the second attempt on the failure is not reported: the task times out, which is what keeps a broken workflow from spinning.
        if (task.Attempt > 1)
            return;
        var failure = await _context.DataConverter.ToFailureAsync(error).ConfigureAwait(false);
        await RespondFailedAsync(task.TaskToken, cause, failure).ConfigureAwait(false);
    }

    private async Task RespondFailedAsync(ByteString token, WorkflowTaskFailedCause cause, Failure failure)
    {
        try
        {
            await _context.Calls.CallAsync<RespondWorkflowTaskFailedResponse>(new RespondWorkflowTaskFailedRequest
            {
                TaskToken = token,
                Cause = cause,
                Failure = failure,
                Identity = _context.Identity,
                Namespace = _context.Namespace,
            }).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            Log.FailureNotReported(_context.Logger, e.Code, e.Message);
        }
    }

    private async Task AnswerQueryTaskAsync(PollWorkflowTaskQueueResponse task, WorkflowQueryResult result)
    {
        var request = new RespondQueryTaskCompletedRequest
        {
            TaskToken = task.TaskToken,
            CompletedType = result.ResultType,
            QueryResult = result.Answer,
            ErrorMessage = result.ErrorMessage,
            Failure = result.Failure,
            Namespace = _context.Namespace,
        };
        try
        {
            if (_context.DataConverter.Codec is { } codec)
                request = await PayloadVisitor.EncodeAsync(request, codec).ConfigureAwait(false);
            await _context.Calls.CallAsync<RespondQueryTaskCompletedResponse>(request).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            Log.QueryNotAnswered(_context.Logger, task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId, e.Code, e.Message);
        }
    }
}
