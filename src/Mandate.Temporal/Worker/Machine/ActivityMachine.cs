using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Sdk.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>
/// scheduled → (started) → completed | failed | timed out | canceled. A cancellation settles the workflow's wait at once, unless the workflow wants to know how the activity took it.
/// </summary>
internal sealed class ActivityMachine(
    WorkflowMachine workflow, uint sequence, ScheduleActivityTaskCommandAttributes attributes, ActivityCancellationType cancellationType) : CommandMachine(workflow)
{
    private PendingCommand? _schedule;
    private long _scheduledEventId;
    private long _startedEventId;
    private bool _cancelRequested;
    private bool _resolved;

    internal uint Sequence { get; } = sequence;

    internal void Schedule(UserMetadata? metadata) => _schedule = Workflow.Add(
        new Command { CommandType = CommandType.ScheduleActivityTask, UserMetadata = metadata, ScheduleActivityTaskCommandAttributes = attributes },
        this);

    internal void Cancel()
    {
        if (_resolved || _cancelRequested)
            return;
        _cancelRequested = true;
        if (_scheduledEventId == 0)
        {
            _schedule!.Withdraw();
            Workflow.Forget(this);
            Resolve(null, Canceled(null));
            return;
        }

        if (cancellationType != ActivityCancellationType.Abandon)
        {
            Workflow.Add(
                new Command
                {
                    CommandType = CommandType.RequestCancelActivityTask,
                    RequestCancelActivityTaskCommandAttributes = new() { ScheduledEventId = _scheduledEventId },
                },
                this);
        }

        if (cancellationType != ActivityCancellationType.WaitCancellationCompleted)
            Resolve(null, Canceled(null));
    }

    internal override void OnRecorded(Command command, HistoryEvent recorded)
    {
        if (recorded.EventType == EventType.ActivityTaskCancelRequested)
        {
            Match("scheduled event id", recorded.ActivityTaskCancelRequestedEventAttributes.ScheduledEventId.ToString(), _scheduledEventId.ToString(), command, recorded);
            return;
        }

        var scheduled = recorded.ActivityTaskScheduledEventAttributes;
        Match("activity id", scheduled.ActivityId, attributes.ActivityId, command, recorded);
        Match("activity type", scheduled.ActivityType?.Name ?? "", attributes.ActivityType.Name, command, recorded);
        _scheduledEventId = recorded.EventId;
        Workflow.Listen(recorded.EventId, this);
    }

    internal override void OnEvent(HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.ActivityTaskStarted:
                _startedEventId = e.EventId;
                return;
            case EventType.ActivityTaskCompleted:
                Close(e.ActivityTaskCompletedEventAttributes.Result, null);
                return;
            case EventType.ActivityTaskFailed:
                var failed = e.ActivityTaskFailedEventAttributes;
                Close(null, Failure("Activity task failed", failed.Failure, failed.Identity, failed.RetryState));
                return;
            case EventType.ActivityTaskTimedOut:
                var timedOut = e.ActivityTaskTimedOutEventAttributes;
                Close(null, Failure("Activity task timed out", timedOut.Failure, identity: "", timedOut.RetryState));
                return;
            case EventType.ActivityTaskCanceled:
                Close(null, Canceled(e.ActivityTaskCanceledEventAttributes));
                return;
            default:
                base.OnEvent(e);
                return;
        }
    }

    private void Close(Payloads? result, Failure? failure)
    {
        Workflow.StopListening(_scheduledEventId);
        Workflow.Forget(this);
        Resolve(result, failure);
    }

    private void Resolve(Payloads? result, Failure? failure)
    {
        if (_resolved)
            return;
        _resolved = true;
        Workflow.Push(new WorkflowJob.ResolveActivity(Sequence, result, failure));
    }

    private Failure Canceled(ActivityTaskCanceledEventAttributes? canceled) => Failure(
        "Activity canceled",
        new Failure { Message = "Activity canceled", CanceledFailureInfo = new() { Details = canceled?.Details, Identity = canceled?.Identity ?? "" } },
        canceled?.Identity ?? "",
        RetryState.CancelRequested);

    private Failure Failure(string message, Failure? cause, string identity, RetryState retryState) => new()
    {
        Message = message,
        Cause = cause,
        ActivityFailureInfo = new()
        {
            ActivityId = attributes.ActivityId,
            ActivityType = attributes.ActivityType,
            Identity = identity,
            RetryState = retryState,
            ScheduledEventId = _scheduledEventId,
            StartedEventId = _startedEventId,
        },
    };
}
