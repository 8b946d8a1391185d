using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Storage;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>
/// Messages from one run to another. Each is sent after the commit that decided it and again after a restart or a failure, until its effect is recorded; the receiver
/// recognises a repetition.
/// </summary>
internal sealed class Messenger(EngineCore core)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    /// <summary>Sends what an initiated event asks for.</summary>
    public void Send(NamespaceEntry ns, string workflowId, string runId, HistoryEvent initiated) => Try(() => initiated.EventType switch
    {
        EventType.StartChildWorkflowExecutionInitiated => StartChildAsync(ns, workflowId, runId, initiated),
        EventType.SignalExternalWorkflowExecutionInitiated => SignalAsync(ns, workflowId, runId, initiated),
        _ => CancelAsync(ns, workflowId, runId, initiated),
    });

    /// <summary>Delivers a message of a closed run, then forgets it.</summary>
    public void Deliver(NamespaceEntry ns, string workflowId, string runId, long runKey, long id, OutboxPart message) => Try(async () =>
    {
        switch (message.MessageCase)
        {
            case OutboxPart.MessageOneofCase.ParentNotification:
                await NotifyParentAsync(ns, workflowId, runId, message.ParentNotification).ConfigureAwait(false);
                break;
            case OutboxPart.MessageOneofCase.ChildClosePolicy:
                await CloseChildAsync(workflowId, runId, message.ChildClosePolicy).ConfigureAwait(false);
                break;
            case OutboxPart.MessageOneofCase.ChildStart:
                var initiated = await FindEventAsync(ns, workflowId, runId, message.ChildStart.InitiatedEventId).ConfigureAwait(false);
                if (initiated is not null)
                    await StartChildAsync(ns, workflowId, runId, initiated).ConfigureAwait(false);
                break;
            default:
                break;
        }

        var unit = new StoreUnit(new CommitLine());
        unit.Changes.Add(new PartDeleted(runKey, PartKind.Outbox, id));
        core.Store.Enqueue(unit);
    });

    private void Try(Func<Task> send, TimeSpan? wait = null) => core.Chains.InBackground(async () =>
    {
        try
        {
            await send().ConfigureAwait(false);
        }
        catch (RpcException error) when (error.Code is RpcStatusCode.Unavailable or RpcStatusCode.ResourceExhausted)
        {
            var next = wait is { } last ? last * 2 : FirstRetry;
            if (next > LongestRetry)
                next = LongestRetry;
            core.Waits.Add(core.Now + next, _ => Try(send, next));
        }
    });

    private async Task StartChildAsync(NamespaceEntry ns, string workflowId, string runId, HistoryEvent initiated)
    {
        var wanted = initiated.StartChildWorkflowExecutionInitiatedEventAttributes;
        var cause = StartChildWorkflowExecutionFailedCause.Unspecified;
        StartOutcome? outcome = null;
        if (core.Namespaces.Find(wanted.Namespace) is not { } target)
        {
            cause = StartChildWorkflowExecutionFailedCause.NamespaceNotFound;
        }
        else
        {
            var root = await core.Chains.ChangeAsync(ns, workflowId, transaction =>
            {
                if (transaction.TryOpen(runId) is not { } parent)
                    return null;
                var isWanted = parent.State.IsOpen
                    ? parent.State.Children.TryGetValue(initiated.EventId, out var child) && !child.IsStarted
                    : wanted.ParentClosePolicy == ParentClosePolicy.Abandon;
                return isWanted ? parent.State.Started.RootWorkflowExecution : null;
            }).ConfigureAwait(false);
            if (root is null)
                return;
            try
            {
                var spec = ChildStart.Spec(ns, workflowId, runId, root, initiated);
                outcome = await core.Chains.ChangeAsync(target, wanted.WorkflowId, transaction => WorkflowStart.Decide(transaction, spec)).ConfigureAwait(false);
            }
            catch (RpcException error) when (error.Code == RpcStatusCode.AlreadyExists)
            {
                cause = StartChildWorkflowExecutionFailedCause.WorkflowAlreadyExists;
            }
        }

        var isOrphan = await core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            if (transaction.TryOpen(runId) is not { } parent || !parent.State.IsOpen)
                return outcome?.Started is not null;
            if (outcome is null)
                parent.ChildNotStarted(initiated.EventId, cause);
            else
                parent.ChildStarted(initiated.EventId, outcome.RunId);
            return false;
        }).ConfigureAwait(false);
        if (isOrphan && wanted.ParentClosePolicy != ParentClosePolicy.Abandon)
        {
            // The parent closed while its child was being started: its policy holds for this child too.
            await CloseChildAsync(workflowId, runId, new()
            {
                Namespace = wanted.Namespace,
                WorkflowId = wanted.WorkflowId,
                FirstRunId = outcome!.RunId,
                InitiatedEventId = initiated.EventId,
                Terminate = wanted.ParentClosePolicy != ParentClosePolicy.RequestCancel,
            }).ConfigureAwait(false);
        }
    }

    private async Task SignalAsync(NamespaceEntry ns, string workflowId, string runId, HistoryEvent initiated)
    {
        var wanted = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes;
        var cause = SignalExternalWorkflowExecutionFailedCause.Unspecified;
        if (core.Namespaces.Find(wanted.Namespace) is not { } target)
        {
            cause = SignalExternalWorkflowExecutionFailedCause.NamespaceNotFound;
        }
        else
        {
            try
            {
                await core.Chains.ChangeAsync(target, wanted.WorkflowExecution.WorkflowId, transaction =>
                {
                    var run = OpenTarget(transaction, wanted.WorkflowExecution.RunId, wanted.ChildWorkflowOnly, workflowId, runId);
                    run.Signal(wanted.SignalName, wanted.Input, wanted.Header, "", $"{runId}/{initiated.EventId}", new() { WorkflowId = workflowId, RunId = runId });
                    return true;
                }).ConfigureAwait(false);
            }
            catch (RpcException error) when (error.Code == RpcStatusCode.NotFound)
            {
                cause = SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound;
            }
        }

        await core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            if (transaction.TryOpen(runId) is { State.IsOpen: true } sender)
                sender.ExternalSignalDone(initiated, cause);
            return true;
        }).ConfigureAwait(false);
    }

    private async Task CancelAsync(NamespaceEntry ns, string workflowId, string runId, HistoryEvent initiated)
    {
        var wanted = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes;
        var cause = CancelExternalWorkflowExecutionFailedCause.Unspecified;
        if (core.Namespaces.Find(wanted.Namespace) is not { } target)
        {
            cause = CancelExternalWorkflowExecutionFailedCause.NamespaceNotFound;
        }
        else
        {
            try
            {
                await core.Chains.ChangeAsync(target, wanted.WorkflowExecution.WorkflowId, transaction =>
                {
                    var run = OpenTarget(transaction, wanted.WorkflowExecution.RunId, wanted.ChildWorkflowOnly, workflowId, runId);
                    run.RequestCancel(wanted.Reason, "", new() { WorkflowId = workflowId, RunId = runId }, initiated.EventId);
                    return true;
                }).ConfigureAwait(false);
            }
            catch (RpcException error) when (error.Code == RpcStatusCode.NotFound)
            {
                cause = CancelExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound;
            }
        }

        await core.Chains.ChangeAsync(ns, workflowId, transaction =>
        {
            if (transaction.TryOpen(runId) is { State.IsOpen: true } sender)
                sender.ExternalCancelDone(initiated, cause);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>The open run a message is for. A run id may also name the chain's first run, as a parent knows its child by.</summary>
    private static RunTransaction OpenTarget(ChainTransaction transaction, string runId, bool childOnly, string senderId, string senderRunId)
    {
        var run = transaction.OpenRunning(childOnly ? transaction.ResolveInChain(runId) : runId);
        var parent = run.State.Started.ParentWorkflowExecution;
        if (childOnly && (parent?.WorkflowId != senderId || parent.RunId != senderRunId))
            throw Frontend.Errors.RunNotFound(run.State.WorkflowId, runId);
        return run;
    }

    private async Task NotifyParentAsync(NamespaceEntry ns, string workflowId, string runId, OutboxPart.Types.ParentNotification message)
    {
        if (core.Namespaces.Find(message.Namespace) is not { } parentNamespace)
            return;
        var (close, firstRunId) = await core.Chains.ChangeAsync(ns, workflowId, transaction =>
            transaction.TryOpen(runId) is { State.CloseEvent: { } item } child ? (item, child.State.Started.FirstExecutionRunId) : (null, "")).ConfigureAwait(false);
        if (close is null)
            return;
        await core.Chains.ChangeAsync(parentNamespace, message.WorkflowId, transaction =>
        {
            if (transaction.TryOpen(message.RunId) is { State.IsOpen: true } parent)
                parent.ChildClosed(message.InitiatedEventId, firstRunId, runId, close);
            return true;
        }).ConfigureAwait(false);
    }

    private async Task CloseChildAsync(string parentId, string parentRunId, OutboxPart.Types.ChildClosePolicy message)
    {
        if (core.Namespaces.Find(message.Namespace) is not { } ns)
            return;
        await core.Chains.ChangeAsync(ns, message.WorkflowId, transaction =>
        {
            // Whoever carries the chain on now is meant; a run of the same id that somebody else has started is not.
            if (transaction.Chain.Latest is not { IsOpen: true } latest || (message.FirstRunId.Length > 0 && latest.FirstRunId != message.FirstRunId))
                return false;
            var child = transaction.Open(latest.RunId);
            var parent = child.State.Started.ParentWorkflowExecution;
            if (parent?.RunId != parentRunId || child.State.Started.ParentInitiatedEventId != message.InitiatedEventId)
                return false;
            if (message.Terminate)
                child.Terminate("by parent close policy", details: null, "engine");
            else
                child.RequestCancel("by parent close policy", "engine", new() { WorkflowId = parentId, RunId = parentRunId });
            return true;
        }).ConfigureAwait(false);
    }

    private Task<HistoryEvent?> FindEventAsync(NamespaceEntry ns, string workflowId, string runId, long eventId) =>
        core.Chains.ChangeAsync(ns, workflowId, transaction => transaction.TryOpen(runId)?.State.Children.GetValueOrDefault(eventId)?.InitiatedEvent);
}
