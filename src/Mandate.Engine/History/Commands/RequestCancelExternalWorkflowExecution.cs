using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>RequestCancelExternalWorkflowExecutionInitiated; the request itself follows the commit.</summary>
internal sealed class RequestCancelExternalWorkflowExecution : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes;

    public override CommandType Type => CommandType.RequestCancelExternalWorkflowExecution;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var wanted = command.RequestCancelExternalWorkflowExecutionCommandAttributes;
        Check.Command(wanted is { WorkflowId.Length: > 0 }, Cause, "A request to cancel another workflow needs its id.");
        Check.CommandLength(wanted!.WorkflowId, "workflow id", context.Limits, Cause);
        if (context.State.ExternalCancels.Count >= context.Limits.MaxPendingPerRun)
            throw CommandContext.Bad(WorkflowTaskFailedCause.PendingRequestCancelLimitExceeded, $"{context.Limits.MaxPendingPerRun} requests to cancel other workflows are on their way, which is the limit (EngineLimits.MaxPendingPerRun).");
        return
        [
            new()
            {
                EventType = EventType.RequestCancelExternalWorkflowExecutionInitiated,
                RequestCancelExternalWorkflowExecutionInitiatedEventAttributes = new()
                {
                    WorkflowTaskCompletedEventId = context.CompletedId,
                    Namespace = wanted.Namespace.Length == 0 ? context.Namespace.Name : wanted.Namespace,
                    NamespaceId = context.Target(wanted.Namespace)?.Id ?? "",
                    WorkflowExecution = new() { WorkflowId = wanted.WorkflowId, RunId = wanted.RunId },
                    Control = wanted.Control,
                    ChildWorkflowOnly = wanted.ChildWorkflowOnly,
                    Reason = wanted.Reason,
                },
            },
        ];
    }
}
