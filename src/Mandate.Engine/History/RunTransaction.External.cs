using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

internal sealed partial class RunTransaction
{
    /// <summary>Records a signal; one with a request id that is recorded already is dropped.</summary>
    /// <returns>The event, null for a repetition.</returns>
    public HistoryEvent? Signal(string name, Payloads? input, Header? header, string identity, string requestId, WorkflowExecution? from = null, IEnumerable<Link>? links = null)
    {
        if (requestId.Length > 0 && State.SignalRequestIds.Contains(requestId))
            return null;
        var item = new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionSignaled,
            WorkflowExecutionSignaledEventAttributes = new()
            {
                SignalName = name,
                Input = input,
                Header = header,
                Identity = identity,
                RequestId = requestId,
                ExternalWorkflowExecution = from,
            },
        };
        item.Links.AddRange(links ?? []);
        // A start delay ends with the first signal; the back-off of a retry or a cron turn does not.
        if (State.Started.Initiator == ContinueAsNewInitiator.Unspecified && State.Started.CronSchedule.Length == 0)
            ReleaseFirstTask();
        WantTask();
        return Record(item);
    }

    public void ChildStarted(long initiatedId, string runId)
    {
        if (!State.Children.TryGetValue(initiatedId, out var child) || child.IsStarted)
            return;
        var wanted = child.Attributes;
        Record(new()
        {
            EventType = EventType.ChildWorkflowExecutionStarted,
            ChildWorkflowExecutionStartedEventAttributes = new()
            {
                Namespace = wanted.Namespace,
                NamespaceId = wanted.NamespaceId,
                InitiatedEventId = initiatedId,
                WorkflowExecution = new() { WorkflowId = wanted.WorkflowId, RunId = runId },
                WorkflowType = wanted.WorkflowType,
                Header = wanted.Header,
            },
        });
        WantTask();
    }

    public void ChildNotStarted(long initiatedId, StartChildWorkflowExecutionFailedCause cause)
    {
        if (!State.Children.TryGetValue(initiatedId, out var child) || child.IsStarted)
            return;
        var wanted = child.Attributes;
        Record(new()
        {
            EventType = EventType.StartChildWorkflowExecutionFailed,
            StartChildWorkflowExecutionFailedEventAttributes = new()
            {
                Namespace = wanted.Namespace,
                NamespaceId = wanted.NamespaceId,
                WorkflowId = wanted.WorkflowId,
                WorkflowType = wanted.WorkflowType,
                Cause = cause,
                Control = wanted.Control,
                InitiatedEventId = initiatedId,
                WorkflowTaskCompletedEventId = wanted.WorkflowTaskCompletedEventId,
            },
        });
        WantTask();
    }

    /// <summary>Records a child's end, and its start before that when the news of it has not come yet.</summary>
    public void ChildClosed(long initiatedId, string firstRunId, string lastRunId, HistoryEvent close)
    {
        if (!State.Children.TryGetValue(initiatedId, out var child))
            return;
        ChildStarted(initiatedId, firstRunId);
        Record(ChildCloseEvent.Of(child, lastRunId, close));
        WantTask();
    }

    /// <param name="initiated">The command's event.</param>
    /// <param name="cause">Why it was not delivered; unspecified when it was.</param>
    public void ExternalSignalDone(HistoryEvent initiated, SignalExternalWorkflowExecutionFailedCause cause)
    {
        if (!State.ExternalSignals.ContainsKey(initiated.EventId))
            return;
        var wanted = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes;
        Record(cause == SignalExternalWorkflowExecutionFailedCause.Unspecified
            ? new()
            {
                EventType = EventType.ExternalWorkflowExecutionSignaled,
                ExternalWorkflowExecutionSignaledEventAttributes = new()
                {
                    InitiatedEventId = initiated.EventId,
                    Namespace = wanted.Namespace,
                    NamespaceId = wanted.NamespaceId,
                    WorkflowExecution = wanted.WorkflowExecution,
                    Control = wanted.Control,
                },
            }
            : new()
            {
                EventType = EventType.SignalExternalWorkflowExecutionFailed,
                SignalExternalWorkflowExecutionFailedEventAttributes = new()
                {
                    Cause = cause,
                    WorkflowTaskCompletedEventId = wanted.WorkflowTaskCompletedEventId,
                    Namespace = wanted.Namespace,
                    NamespaceId = wanted.NamespaceId,
                    WorkflowExecution = wanted.WorkflowExecution,
                    InitiatedEventId = initiated.EventId,
                    Control = wanted.Control,
                },
            });
        WantTask();
    }

    /// <param name="initiated">The command's event.</param>
    /// <param name="cause">Why it was not delivered; unspecified when it was.</param>
    public void ExternalCancelDone(HistoryEvent initiated, CancelExternalWorkflowExecutionFailedCause cause)
    {
        if (!State.ExternalCancels.ContainsKey(initiated.EventId))
            return;
        var wanted = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes;
        Record(cause == CancelExternalWorkflowExecutionFailedCause.Unspecified
            ? new()
            {
                EventType = EventType.ExternalWorkflowExecutionCancelRequested,
                ExternalWorkflowExecutionCancelRequestedEventAttributes = new()
                {
                    InitiatedEventId = initiated.EventId,
                    Namespace = wanted.Namespace,
                    NamespaceId = wanted.NamespaceId,
                    WorkflowExecution = wanted.WorkflowExecution,
                },
            }
            : new()
            {
                EventType = EventType.RequestCancelExternalWorkflowExecutionFailed,
                RequestCancelExternalWorkflowExecutionFailedEventAttributes = new()
                {
                    Cause = cause,
                    WorkflowTaskCompletedEventId = wanted.WorkflowTaskCompletedEventId,
                    Namespace = wanted.Namespace,
                    NamespaceId = wanted.NamespaceId,
                    WorkflowExecution = wanted.WorkflowExecution,
                    InitiatedEventId = initiated.EventId,
                    Control = wanted.Control,
                },
            });
        WantTask();
    }
}
