using Mandate.Engine.Timers;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunTransaction
{
    private bool _isResuming;

    /// <summary>Takes up an open run's work after it was loaded: tasks are offered, timers armed and messages sent again; each is recognised when it had arrived before.</summary>
    public void Resume()
    {
        _isResuming = true;
        if (!State.IsOpen)
            return;
        foreach (var activity in State.Activities.Values)
        {
            _touchedActivities.Add(activity.ScheduledId);
            if (!activity.IsStarted)
                OfferActivity(activity);
        }

        foreach (var timer in State.Timers.Values)
            ArmTimer(timer);
        foreach (var child in State.Children.Values)
        {
            if (!child.IsStarted)
                Send(child.InitiatedEvent);
        }

        if (Run.Updates.HasUnsent(State))
            WantTask();
        if (Run.Queries.HasWaiting)
            Transaction.Then(() => Core.Queries.SendWaiting(Run));
        foreach (var signal in State.ExternalSignals.Values)
            Send(signal);
        foreach (var cancel in State.ExternalCancels.Values)
            Send(cancel);
    }

    /// <summary>Arms what this decision changed. A timer only brings about another decision, which checks the state again, so it need not wait for the commit.</summary>
    private void ArmTimers()
    {
        if (!State.IsOpen)
        {
            Run.TaskTimer?.Cancel();
            Run.RunTimer?.Cancel();
            return;
        }

        if (!ReferenceEquals(State.WorkflowTask, _taskBefore) || _isResuming)
            ArmTaskTimer();
        if (_isNew || _isResuming)
            ArmRunTimer();
        foreach (var scheduledId in _touchedActivities)
        {
            if (State.Activities.TryGetValue(scheduledId, out var activity))
                ArmActivityTimer(activity);
        }
    }

    private void ArmTaskTimer()
    {
        Run.TaskTimer?.Cancel();
        Run.TaskTimer = null;
        if (State.WorkflowTask is not { } task || TaskDue(task) is not { } due)
            return;
        Run.TaskTimer = Wake(due, run => run.OnTaskTimer(task.ScheduledId, task.StartedId, task.Attempt));
    }

    private static DateTimeOffset? TaskDue(WorkflowTaskState task) =>
        task.IsStarted ? task.StartedAt + task.StartToCloseTimeout
        : task.IsSticky && task.StickyTimeout > TimeSpan.Zero ? task.ScheduledAt + task.StickyTimeout
        : null;

    private void OnTaskTimer(long scheduledId, long startedId, int attempt)
    {
        if (State.WorkflowTask is not { } task || task.ScheduledId != scheduledId || task.StartedId != startedId || task.Attempt != attempt)
            return;
        if (TaskDue(task) > Now)
        {
            ArmTaskTimer();
            return;
        }

        TimeOutTask(task.IsStarted ? TimeoutType.StartToClose : TimeoutType.ScheduleToStart);
        ScheduleTask();
    }

    private void ArmRunTimer()
    {
        Run.RunTimer?.Cancel();
        Run.RunTimer = null;
        var due = State.RunExpiresAt ?? DateTimeOffset.MaxValue;
        if (!State.HadTask && State.ExecutionTime < due)
            due = State.ExecutionTime;
        if (due < DateTimeOffset.MaxValue && (!State.HadTask || State.RunExpiresAt is not null))
            Run.RunTimer = Wake(due, static run => run.OnRunTimer());
    }

    private void OnRunTimer()
    {
        if (State.RunExpiresAt <= Now)
        {
            TimeOutRun();
            return;
        }

        if (!State.HadTask && State.ExecutionTime <= Now)
            ScheduleTask();
        ArmRunTimer();
    }

    private void ArmTimer(TimerState timer) => timer.Timer = Wake(timer.FireAt, run => run.OnTimer(timer.Id, timer.StartedId));

    private void OnTimer(string timerId, long startedId)
    {
        if (!State.Timers.TryGetValue(timerId, out var timer) || timer.StartedId != startedId)
            return;
        if (timer.FireAt > Now)
        {
            ArmTimer(timer);
            return;
        }

        // Of timers that are due together the earlier fires first, whichever of them woke the run.
        foreach (var due in State.Timers.Values.Where(t => t.FireAt <= Now).OrderBy(t => t.FireAt).ThenBy(t => t.StartedId).ToArray())
        {
            Record(new()
            {
                EventType = EventType.TimerFired,
                TimerFiredEventAttributes = new() { TimerId = due.Id, StartedEventId = due.StartedId },
            });
        }

        WantTask();
    }

    private void ArmActivityTimer(ActivityState activity)
    {
        activity.Timer?.Cancel();
        activity.Timer = null;
        if (ActivityDeadline.Next(activity, Now) is not { } due)
            return;
        var scheduledId = activity.ScheduledId;
        activity.Timer = Wake(due, run => run.OnActivityTimer(scheduledId));
    }

    private void OnActivityTimer(long scheduledId)
    {
        if (!State.Activities.TryGetValue(scheduledId, out var activity))
            return;
        if (ActivityDeadline.Passed(activity, Now) is { } timeout)
        {
            TimeOutActivity(activity, timeout);
            return;
        }

        if (!activity.IsStarted && !activity.Offered && activity.AttemptScheduledAt <= Now)
            OfferActivity(activity);
        ArmActivityTimer(activity);
    }

    private void TimeOutActivity(ActivityState activity, TimeoutType timeout)
    {
        var failure = new Failure
        {
            Message = $"activity {ActivityDeadline.Name(timeout)} timeout",
            Source = "Server",
            TimeoutFailureInfo = new() { TimeoutType = timeout, LastHeartbeatDetails = activity.HeartbeatDetails },
        };
        FailActivity(activity, failure, "", (retry, startedId) =>
        {
            // What ended the last attempt travels as the cause; a schedule-to-close time-out during a back-off has the failure before it.
            if (timeout is TimeoutType.ScheduleToClose or TimeoutType.ScheduleToStart && activity.LastFailure is { } last)
                failure.Cause = last;
            return new()
            {
                EventType = EventType.ActivityTaskTimedOut,
                ActivityTaskTimedOutEventAttributes = new()
                {
                    ScheduledEventId = activity.ScheduledId,
                    StartedEventId = startedId,
                    Failure = failure,
                    RetryState = retry,
                },
            };
        });
    }

    private TimerEntry Wake(DateTimeOffset due, Action<RunTransaction> act)
    {
        var (ns, workflowId, runId, chains) = (Run.Namespace, Run.WorkflowId, Run.RunId, Core.Chains);
        return Core.Timers.Add(due, _ => chains.ChangeInBackground(ns, workflowId, transaction =>
        {
            if (transaction.TryOpen(runId) is { State.IsOpen: true } run)
                act(run);
        }));
    }
}
