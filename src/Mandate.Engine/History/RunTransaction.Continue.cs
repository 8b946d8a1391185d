using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Sdk.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunTransaction
{
    /// <summary>The run's time is up.</summary>
    private void TimeOutRun()
    {
        EndStartedTask();
        var failure = new Failure { Message = "workflow timeout", Source = "Server", TimeoutFailureInfo = new() { TimeoutType = TimeoutType.StartToClose } };
        var isOver = State.Started.WorkflowExecutionExpirationTime?.ToDateTimeOffset() <= Now;
        var (retry, next) = isOver ? (RetryState.Timeout, null) : AfterFailure(failure);
        Record(new()
        {
            EventType = EventType.WorkflowExecutionTimedOut,
            WorkflowExecutionTimedOutEventAttributes = new() { RetryState = retry, NewExecutionRunId = next?.RunId ?? "" },
        });
        Begin(next);
    }

    /// <summary>The workflow says it has completed; a cron workflow goes on with its next run.</summary>
    public void Complete(Payloads? result, long completedTaskId, UserMetadata? userMetadata = null)
    {
        var next = AfterCompletion(result);
        Record(new()
        {
            EventType = EventType.WorkflowExecutionCompleted,
            UserMetadata = userMetadata,
            WorkflowExecutionCompletedEventAttributes = new()
            {
                Result = result,
                WorkflowTaskCompletedEventId = completedTaskId,
                NewExecutionRunId = next?.RunId ?? "",
            },
        });
        Begin(next);
    }

    /// <summary>The workflow says it has failed; its retry policy or cron schedule may have it run again.</summary>
    public void Fail(Failure failure, long completedTaskId, UserMetadata? userMetadata = null)
    {
        var (retry, next) = AfterFailure(failure);
        Record(new()
        {
            EventType = EventType.WorkflowExecutionFailed,
            UserMetadata = userMetadata,
            WorkflowExecutionFailedEventAttributes = new()
            {
                Failure = failure,
                RetryState = retry,
                WorkflowTaskCompletedEventId = completedTaskId,
                NewExecutionRunId = next?.RunId ?? "",
            },
        });
        Begin(next);
    }

    /// <summary>The workflow goes on in a new run.</summary>
    public void ContinueAsNew(HistoryEvent item, RetryPolicy? retryPolicy, string cronSchedule)
    {
        var attributes = item.WorkflowExecutionContinuedAsNewEventAttributes;
        var next = Continuation(ContinueAsNewInitiator.Workflow, Durations.Of(attributes.BackoffStartInterval));
        attributes.NewExecutionRunId = next.RunId;
        var started = next.Attributes;
        started.WorkflowType = attributes.WorkflowType;
        started.TaskQueue = new() { Name = attributes.TaskQueue.Name, Kind = TaskQueueKind.Normal };
        started.Input = attributes.Input;
        started.Header = attributes.Header;
        started.WorkflowRunTimeout = attributes.WorkflowRunTimeout;
        started.WorkflowTaskTimeout = attributes.WorkflowTaskTimeout;
        started.Memo = attributes.Memo;
        started.SearchAttributes = attributes.SearchAttributes;
        started.LastCompletionResult = attributes.LastCompletionResult;
        started.ContinuedFailure = attributes.Failure;
        started.RetryPolicy = retryPolicy;
        started.CronSchedule = cronSchedule;
        Record(item);
        Begin(next);
    }

    private NextRun? AfterCompletion(Payloads? result)
    {
        if (CronDelay() is not { } delay)
            return null;
        var next = Continuation(ContinueAsNewInitiator.CronSchedule, delay);
        next.Attributes.LastCompletionResult = result;
        return next;
    }

    private (RetryState Retry, NextRun? Next) AfterFailure(Failure failure)
    {
        var (retry, delay) = RetryDecision.Next(
            State.Started.RetryPolicy,
            State.Started.Attempt,
            failure,
            Now,
            State.Started.WorkflowExecutionExpirationTime?.ToDateTimeOffset());
        NextRun? next = null;
        if (retry == RetryState.InProgress)
        {
            next = Continuation(ContinueAsNewInitiator.Retry, delay);
            next.Attributes.Attempt = State.Started.Attempt + 1;
            next.Attributes.ContinuedFailure = failure;
        }
        else if (CronDelay() is { } cronDelay)
        {
            next = Continuation(ContinueAsNewInitiator.CronSchedule, cronDelay);
            next.Attributes.ContinuedFailure = failure;
        }

        return (retry, next);
    }

    private TimeSpan? CronDelay()
    {
        if (State.Started.CronSchedule.Length == 0 || State.CancelRequested || !CronSchedule.TryParse(State.Started.CronSchedule, out var cron, out _))
            return null;
        var delay = cron.DelayAfter(State.ExecutionTime, Now);
        return State.Started.WorkflowExecutionExpirationTime?.ToDateTimeOffset() <= Now + delay ? null : delay;
    }

    /// <summary>The start of the run that follows: same id, same chain, same parent.</summary>
    private NextRun Continuation(ContinueAsNewInitiator initiator, TimeSpan delay)
    {
        var attributes = State.Started.Clone();
        attributes.ContinuedExecutionRunId = State.RunId;
        attributes.Initiator = initiator;
        attributes.Attempt = 1;
        attributes.FirstWorkflowTaskBackoff = delay > TimeSpan.Zero ? Duration.FromTimeSpan(delay) : null;
        attributes.ContinuedFailure = null;
        attributes.EagerExecutionAccepted = false;
        attributes.Memo = State.Memo.Clone();
        attributes.SearchAttributes = State.SearchAttributes.Clone();
        return new(WorkflowStart.NewRunId(Transaction), attributes);
    }

    private void Begin(NextRun? next)
    {
        if (next is null)
            return;
        WorkflowStart.Begin(
            Transaction,
            new() { Attributes = next.Attributes, RequestId = $"{Run.RunId}/continued", UserMetadata = State.StartedEvent.UserMetadata },
            next.RunId);
    }

    private sealed record NextRun(string RunId, WorkflowExecutionStartedEventAttributes Attributes);
}
