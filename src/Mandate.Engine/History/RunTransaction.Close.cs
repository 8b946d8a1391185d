using Google.Protobuf;
using Mandate.Engine.History.Updates;
using Mandate.Engine.Storage;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunTransaction
{
    private long _nextMessage = 1;

    /// <summary>Ends the run from outside: a started workflow task is failed first, so that its worker's answer finds nothing to complete.</summary>
    public void Terminate(string reason, Payloads? details, string identity, IEnumerable<Link>? links = null)
    {
        EndStartedTask();
        var item = new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionTerminated,
            WorkflowExecutionTerminatedEventAttributes = new() { Reason = reason, Details = details, Identity = identity },
        };
        item.Links.AddRange(links ?? []);
        Record(item);
    }

    /// <summary>Records that somebody asked the workflow to cancel; once.</summary>
    public void RequestCancel(string cause, string identity, WorkflowExecution? from = null, long initiatedId = 0, IEnumerable<Link>? links = null)
    {
        if (State.CancelRequested)
            return;
        var item = new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionCancelRequested,
            WorkflowExecutionCancelRequestedEventAttributes = new()
            {
                Cause = cause,
                Identity = identity,
                ExternalWorkflowExecution = from,
                ExternalInitiatedEventId = initiatedId,
            },
        };
        item.Links.AddRange(links ?? []);
        Record(item);
        WantTask();
    }

    /// <summary>A message to another run that outlives this one: it is kept in the store until it has been delivered.</summary>
    public void Post(OutboxPart message)
    {
        var id = _nextMessage++;
        Transaction.Write(new PartWritten(Run.Key, PartKind.Outbox, id, message));
        var (run, core) = (Run, Core);
        Transaction.Then(() => core.Messenger.Deliver(run.Namespace, run.WorkflowId, run.RunId, run.Key, id, message));
    }

    /// <summary>A message to another run that follows from the state of this one.</summary>
    private void Send(HistoryEvent initiated)
    {
        var (run, core) = (Run, Core);
        Transaction.Then(() => core.Messenger.Send(run.Namespace, run.WorkflowId, run.RunId, initiated));
    }

    private void EndStartedTask()
    {
        if (State.WorkflowTask is { IsStarted: true })
            FailTask(WorkflowTaskFailedCause.ForceCloseCommand, failure: null, identity: "");
        else if (State.WorkflowTask is { IsTransient: true })
            State.SetTransientTask(null);
        FlushBuffer();
    }

    /// <summary>What the end of a run entails: its row says so, its parent hears of it, its children are dealt with as their policies say.</summary>
    private void FollowClose()
    {
        _rowChanged = true;
        Core.RunClosed();
        foreach (var activity in State.Activities.Values)
        {
            activity.Timer?.Cancel();
            Transaction.Write(new PartDeleted(Run.Key, PartKind.Activity, activity.ScheduledId));
        }

        foreach (var timer in State.Timers.Values)
            timer.Timer?.Cancel();
        if (State.Started.ParentWorkflowExecution is { } parent && State.ContinuedRunId.Length == 0)
        {
            Post(new()
            {
                ParentNotification = new()
                {
                    Namespace = State.Started.ParentWorkflowNamespace,
                    WorkflowId = parent.WorkflowId,
                    RunId = parent.RunId,
                    InitiatedEventId = State.Started.ParentInitiatedEventId,
                },
            });
        }

        foreach (var child in State.Children.Values)
        {
            if (child.Attributes.ParentClosePolicy != ParentClosePolicy.Abandon)
            {
                Post(new()
                {
                    ChildClosePolicy = new()
                    {
                        Namespace = child.Attributes.Namespace,
                        WorkflowId = child.Attributes.WorkflowId,
                        FirstRunId = child.RunId,
                        InitiatedEventId = child.InitiatedId,
                        Terminate = child.Attributes.ParentClosePolicy != ParentClosePolicy.RequestCancel,
                    },
                });
            }
            else if (!child.IsStarted)
            {
                Post(new() { ChildStart = new() { InitiatedEventId = child.InitiatedId } });
            }
        }

        Transaction.Then(AfterClose);
    }

    /// <summary>Queries that waited for a workflow task will see none: they go out on their own. Updates in flight end, each as far as it had come.</summary>
    private void AfterClose()
    {
        Core.Queries.SendWaiting(Run);
        IReadOnlyList<PendingUpdate> updates;
        bool isContinued;
        lock (Run.Chain.Gate)
        {
            updates = Run.Updates.TakeAll();
            isContinued = Run.IsLoaded && State.ContinuedRunId.Length > 0;
        }

        foreach (var update in updates)
        {
            if (update.Stage == UpdateWorkflowExecutionLifecycleStage.Admitted)
                update.Abort(isContinued ? UpdateFailures.Continuing(Run.WorkflowId) : UpdateFailures.Closed(Run.WorkflowId));
            else
                update.Complete(UpdateFailures.WorkflowCompleted);
        }
    }
}
