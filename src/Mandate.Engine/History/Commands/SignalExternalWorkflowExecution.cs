using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>SignalExternalWorkflowExecutionInitiated; the signal itself follows the commit.</summary>
internal sealed class SignalExternalWorkflowExecution : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadSignalWorkflowExecutionAttributes;

    public override CommandType Type => CommandType.SignalExternalWorkflowExecution;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var wanted = command.SignalExternalWorkflowExecutionCommandAttributes;
        Check.Command(wanted?.Execution is { WorkflowId.Length: > 0 }, Cause, "A signal to another workflow needs its id.");
        Check.Command(wanted!.SignalName.Length > 0, Cause, "A signal needs a name.");
        Check.CommandLength(wanted.Execution.WorkflowId, "workflow id", context.Limits, Cause);
        Check.CommandLength(wanted.SignalName, "signal name", context.Limits, Cause);
        if (context.State.ExternalSignals.Count >= context.Limits.MaxPendingPerRun)
            throw CommandContext.Bad(WorkflowTaskFailedCause.PendingSignalsLimitExceeded, $"{context.Limits.MaxPendingPerRun} signals to other workflows are on their way, which is the limit (EngineLimits.MaxPendingPerRun).");
        Check.CommandSize(wanted.Input, "SignalExternalWorkflowExecutionCommandAttributes.Input", context.Limits, Cause);
        return
        [
            new()
            {
                EventType = EventType.SignalExternalWorkflowExecutionInitiated,
                SignalExternalWorkflowExecutionInitiatedEventAttributes = new()
                {
                    WorkflowTaskCompletedEventId = context.CompletedId,
                    Namespace = wanted.Namespace.Length == 0 ? context.Namespace.Name : wanted.Namespace,
                    NamespaceId = context.Target(wanted.Namespace)?.Id ?? "",
                    WorkflowExecution = wanted.Execution,
                    SignalName = wanted.SignalName,
                    Input = wanted.Input,
                    Control = wanted.Control,
                    ChildWorkflowOnly = wanted.ChildWorkflowOnly,
                    Header = wanted.Header,
                },
            },
        ];
    }
}
