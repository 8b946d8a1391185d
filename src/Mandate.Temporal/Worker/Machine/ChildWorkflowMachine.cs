using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Sdk.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>
/// initiated → start failed | started → completed | failed | timed out | canceled | terminated. The workflow waits twice: for the start and for the end.
/// </summary>
internal sealed class ChildWorkflowMachine(
    WorkflowMachine workflow, uint sequence, StartChildWorkflowExecutionCommandAttributes attributes, ChildWorkflowCancellationType cancellationType)
    : CommandMachine(workflow)
{
    private PendingCommand? _start;
    private long _initiatedEventId;
    private long _startedEventId;
    private string _runId = "";
    private bool _cancelRequested;
    private bool _startResolved;
    private bool _resolved;

    internal uint Sequence { get; } = sequence;

    internal void Start(UserMetadata? metadata) => _start = Workflow.Add(
        new Command { CommandType = CommandType.StartChildWorkflowExecution, UserMetadata = metadata, StartChildWorkflowExecutionCommandAttributes = attributes },
        this);

    internal void Cancel(string reason)
    {
        if (_resolved || _cancelRequested)
            return;
        _cancelRequested = true;
        if (_initiatedEventId == 0)
        {
            _start!.Withdraw();
            Workflow.Forget(this);
            ResolveBoth(Canceled("Child workflow canceled before it was started"));
            return;
        }

        if (cancellationType != ChildWorkflowCancellationType.Abandon)
        {
            // With "wait for the request", the server's answer to the request is what the workflow waits for.
            var settles = cancellationType == ChildWorkflowCancellationType.WaitCancellationRequested;
            new ExternalCancelMachine(Workflow, _ =>
            {
                if (settles)
                    ResolveBoth(Canceled("Child workflow canceled"));
            }).Send(new()
            {
                Namespace = attributes.Namespace,
                WorkflowId = attributes.WorkflowId,
                RunId = _runId,
                ChildWorkflowOnly = true,
                Reason = reason,
            });
        }

        if (cancellationType is ChildWorkflowCancellationType.Abandon or ChildWorkflowCancellationType.TryCancel)
            ResolveBoth(Canceled("Child workflow canceled"));
    }

    internal override void OnRecorded(Command command, HistoryEvent recorded)
    {
        var initiated = recorded.StartChildWorkflowExecutionInitiatedEventAttributes;
        Match("workflow id", initiated.WorkflowId, attributes.WorkflowId, command, recorded);
        Match("workflow type", initiated.WorkflowType?.Name ?? "", attributes.WorkflowType.Name, command, recorded);
        _initiatedEventId = recorded.EventId;
        Workflow.Listen(recorded.EventId, this);
    }

    internal override void OnEvent(HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.ChildWorkflowExecutionStarted:
                _startedEventId = e.EventId;
                _runId = e.ChildWorkflowExecutionStartedEventAttributes.WorkflowExecution.RunId;
                ResolveStart(_runId, alreadyStarted: false, null);
                return;
            case EventType.StartChildWorkflowExecutionFailed:
                StopListening();
                var cause = e.StartChildWorkflowExecutionFailedEventAttributes.Cause;
                _resolved = true;
                ResolveStart(
                    "",
                    cause == StartChildWorkflowExecutionFailedCause.WorkflowAlreadyExists,
                    Failure("Child workflow could not be started", new Failure { Message = $"Start failed: {cause}", ApplicationFailureInfo = new() { Type = cause.ToString() } }, RetryState.NonRetryableFailure));
                return;
            case EventType.ChildWorkflowExecutionCompleted:
                Close(e.ChildWorkflowExecutionCompletedEventAttributes.Result, null);
                return;
            case EventType.ChildWorkflowExecutionFailed:
                var failed = e.ChildWorkflowExecutionFailedEventAttributes;
                Close(null, Failure("Child workflow failed", failed.Failure, failed.RetryState));
                return;
            case EventType.ChildWorkflowExecutionTimedOut:
                Close(null, Failure(
                    "Child workflow timed out",
                    new Failure { Message = "Child workflow timed out", TimeoutFailureInfo = new() { TimeoutType = TimeoutType.StartToClose } },
                    e.ChildWorkflowExecutionTimedOutEventAttributes.RetryState));
                return;
            case EventType.ChildWorkflowExecutionCanceled:
                Close(null, Canceled("Child workflow canceled", e.ChildWorkflowExecutionCanceledEventAttributes.Details));
                return;
            case EventType.ChildWorkflowExecutionTerminated:
                Close(null, Failure("Child workflow terminated", new Failure { Message = "Child workflow terminated", TerminatedFailureInfo = new() }, RetryState.NonRetryableFailure));
                return;
            default:
                base.OnEvent(e);
                return;
        }
    }

    private void Close(Payloads? result, Failure? failure)
    {
        StopListening();
        if (_resolved)
            return;
        _resolved = true;
        Workflow.Push(new WorkflowJob.ResolveChild(Sequence, result, failure));
    }

    private void StopListening()
    {
        Workflow.StopListening(_initiatedEventId);
        Workflow.Forget(this);
    }

    private void ResolveBoth(Failure failure)
    {
        ResolveStart("", alreadyStarted: false, failure);
        if (_resolved)
            return;
        _resolved = true;
        Workflow.Push(new WorkflowJob.ResolveChild(Sequence, null, failure));
    }

    private void ResolveStart(string runId, bool alreadyStarted, Failure? failure)
    {
        if (_startResolved)
            return;
        _startResolved = true;
        Workflow.Push(new WorkflowJob.ResolveChildStart(Sequence, runId, alreadyStarted, failure));
    }

    private Failure Canceled(string message, Payloads? details = null) => Failure(
        message,
        new Failure { Message = message, CanceledFailureInfo = new() { Details = details } },
        RetryState.CancelRequested);

    private Failure Failure(string message, Failure? cause, RetryState retryState) => new()
    {
        Message = message,
        Cause = cause,
        ChildWorkflowExecutionFailureInfo = new()
        {
            Namespace = attributes.Namespace,
            WorkflowExecution = new() { WorkflowId = attributes.WorkflowId, RunId = _runId },
            WorkflowType = attributes.WorkflowType,
            InitiatedEventId = _initiatedEventId,
            StartedEventId = _startedEventId,
            RetryState = retryState,
        },
    };
}
