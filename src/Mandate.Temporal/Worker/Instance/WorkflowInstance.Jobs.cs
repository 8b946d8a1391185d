using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Reflection;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker.Instance;

/// <content>Jobs: what the machine tells the workflow.</content>
internal sealed partial class WorkflowInstance
{
    private void Apply(WorkflowJob job)
    {
        switch (job)
        {
            case WorkflowJob.Start start:
                Initialize(start);
                break;
            case WorkflowJob.Reseed reseed:
                Random.Reseed(reseed.RunId);
                break;
            case WorkflowJob.Signal signal:
                Enqueue(() => HandleSignalAsync(signal));
                break;
            case WorkflowJob.Update update:
                Enqueue(() => HandleUpdateAsync(update));
                break;
            case WorkflowJob.Cancel:
                CancelRun();
                break;
            case WorkflowJob.FireTimer fired:
                if (_timers.Remove(fired.Sequence, out var timer))
                    timer.TrySetResult();
                break;
            case WorkflowJob.ResolveActivity activity:
                if (_activities.Remove(activity.Sequence, out var wait))
                    Settle(wait, activity.Result, activity.Failure);
                break;
            case WorkflowJob.ResolveLocalActivity local:
                if (_localActivities.Remove(local.Sequence, out var localWait))
                    localWait.TrySetResult(local);
                break;
            case WorkflowJob.ResolveChildStart started:
                if (_childStarts.Remove(started.Sequence, out var childStart))
                    childStart.TrySetResult(started);
                break;
            case WorkflowJob.ResolveChild child:
                if (_childResults.Remove(child.Sequence, out var childResult))
                    Settle(childResult, child.Result, child.Failure);
                break;
            case WorkflowJob.ResolveExternalSignal signaled:
                if (_externalSignals.Remove(signaled.Sequence, out var signalWait))
                    Settle(signalWait, null, signaled.Failure);
                break;
            case WorkflowJob.ResolveExternalCancel canceled:
                if (_externalCancels.Remove(canceled.Sequence, out var cancelWait))
                    Settle(cancelWait, null, canceled.Failure);
                break;
            default:
                throw new InvalidOperationException($"Unknown job {job.GetType().Name}");
        }
    }

    private void Settle(TaskCompletionSource<Payloads?> wait, Payloads? result, Protocol.Api.Failure.V1.Failure? failure)
    {
        if (failure is null)
            wait.TrySetResult(result);
        else
            wait.TrySetException(ToException(failure));
    }

    internal Exception ToException(Protocol.Api.Failure.V1.Failure failure) => _options.DataConverter.FailureConverter.ToException(failure, PayloadConverter);

    internal Protocol.Api.Failure.V1.Failure ToFailure(Exception e) => _options.DataConverter.FailureConverter.ToFailure(
        e is OperationCanceledException ? new CanceledFailureException("Workflow canceled", inner: e) : e,
        PayloadConverter);

    private void Initialize(WorkflowJob.Start start)
    {
        _start = start;
        InitializeState(start);
        Enqueue(() =>
        {
            _inbound.Init(new RootOutbound(this));
            _arguments = Definition.DecodeArguments(start.Attributes.Input?.Payloads_, PayloadConverter, Info.WorkflowType);
            _instance = Definition.CreateInstance(_arguments);
            return Task.CompletedTask;
        });
    }

    private async Task RunWorkflowAsync(WorkflowJob.Start start)
    {
        Command end;
        try
        {
            var result = await _inbound.ExecuteWorkflowAsync(new(Instance, Definition.RunMethod, _arguments, start.Attributes.Header?.Fields)).ConfigureAwait(true);
            end = new Command
            {
                CommandType = CommandType.CompleteWorkflowExecution,
                CompleteWorkflowExecutionCommandAttributes = new() { Result = new Payloads { Payloads_ = { PayloadConverter.ToPayload(result) } } },
            };
        }
        catch (Exception e) when (EndOf(e) is { } ended)
        {
            end = ended;
        }

        WarnAboutUnfinishedHandlers();
        Machine.Finish(end);
    }

    /// <summary>The command with which the run ends by an exception, null when the exception fails only the workflow task.</summary>
    private Command? EndOf(Exception e)
    {
        if (e is ContinueAsNewException next)
            return ContinueAsNew(next.Input);
        if (CancellationToken.IsCancellationRequested && TemporalException.IsCanceledException(e))
            return new Command { CommandType = CommandType.CancelWorkflowExecution, CancelWorkflowExecutionCommandAttributes = new() };
        if (!FailsWorkflow(e))
            return null;
        return new Command
        {
            CommandType = CommandType.FailWorkflowExecution,
            FailWorkflowExecutionCommandAttributes = new() { Failure = ToFailure(e) },
        };
    }

    internal bool FailsWorkflow(Exception e) =>
        e is FailureException or OperationCanceledException ||
        _options.FailureExceptionTypes.Any(t => t.IsInstanceOfType(e)) ||
        Definition.FailureExceptionTypes.Any(t => t.IsInstanceOfType(e));

    private Command ContinueAsNew(CreateContinueAsNewExceptionInput input)
    {
        var options = input.Options;
        var attributes = new ContinueAsNewWorkflowExecutionCommandAttributes
        {
            WorkflowType = new() { Name = input.Workflow },
            TaskQueue = new() { Name = options?.TaskQueue ?? Info.TaskQueue, Kind = TaskQueueKind.Normal },
            Input = ToPayloads(input.Args),
            WorkflowRunTimeout = ToDuration(options?.RunTimeout ?? Info.RunTimeout),
            WorkflowTaskTimeout = ToDuration(options?.TaskTimeout ?? Info.TaskTimeout),
            BackoffStartInterval = ToDuration(options?.BackoffStartInterval),
            RetryPolicy = (options?.RetryPolicy ?? Info.RetryPolicy)?.ToProto(),
            Header = ToHeader(input.Headers),
            Memo = options?.Memo is { } memo ? ToMemo(memo) : CurrentMemo(),
            SearchAttributes = (options?.TypedSearchAttributes ?? TypedSearchAttributes) is { Count: > 0 } attributesSet ? attributesSet.ToProto() : null,
        };
        return new Command { CommandType = CommandType.ContinueAsNewWorkflowExecution, ContinueAsNewWorkflowExecutionCommandAttributes = attributes };
    }
}
