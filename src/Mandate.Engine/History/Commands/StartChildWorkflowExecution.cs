using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>StartChildWorkflowExecutionInitiated; the start itself follows the commit.</summary>
internal sealed class StartChildWorkflowExecution : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadStartChildExecutionAttributes;

    public override CommandType Type => CommandType.StartChildWorkflowExecution;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var wanted = command.StartChildWorkflowExecutionCommandAttributes;
        Check.Command(wanted is { WorkflowId.Length: > 0 }, Cause, "A child workflow needs an id.");
        Check.Command(wanted!.WorkflowType?.Name is { Length: > 0 }, Cause, "A child workflow needs a type.");
        Check.CommandLength(wanted.WorkflowId, "workflow id", context.Limits, Cause);
        Check.CommandLength(wanted.WorkflowType!.Name, "workflow type", context.Limits, Cause);
        Check.CommandLength(wanted.TaskQueue?.Name ?? "", "task queue", context.Limits, Cause);
        if (RetryPolicies.Problem(wanted.RetryPolicy) is { } problem)
            throw CommandContext.Bad(Cause, $"Child workflow '{Errors.Shorten(wanted.WorkflowId)}': {problem}");
        if (wanted.CronSchedule.Length > 0 && !CronSchedule.TryParse(wanted.CronSchedule, out _, out var cronProblem))
            throw CommandContext.Bad(Cause, cronProblem);
        var target = context.Target(wanted.Namespace);
        SearchAttributeAdmission.Admit(target, wanted.SearchAttributes);
        Check.CommandSize(wanted.Input, "StartChildWorkflowExecutionCommandAttributes. Input", context.Limits, Cause);
        Check.MemoSize(wanted.Memo, "StartChildWorkflowExecutionCommandAttributes.Memo", context.Limits, Cause);
        SearchAttributeAdmission.AdmitSize(wanted.SearchAttributes, Cause);
        if (context.State.Children.Count >= context.Limits.MaxPendingPerRun)
            throw CommandContext.Bad(WorkflowTaskFailedCause.PendingChildWorkflowsLimitExceeded, $"{context.Limits.MaxPendingPerRun} child workflows are pending, which is the limit (EngineLimits.MaxPendingPerRun).");

        var execution = Durations.Of(wanted.WorkflowExecutionTimeout);
        var run = Durations.AtMost(Durations.Of(wanted.WorkflowRunTimeout), execution);
        var attributes = new StartChildWorkflowExecutionInitiatedEventAttributes
        {
            Namespace = wanted.Namespace.Length == 0 ? context.Namespace.Name : wanted.Namespace,
            NamespaceId = target?.Id ?? "",
            WorkflowId = wanted.WorkflowId,
            WorkflowType = wanted.WorkflowType,
            TaskQueue = new() { Name = wanted.TaskQueue?.Name is { Length: > 0 } queue ? queue : context.State.TaskQueue, Kind = TaskQueueKind.Normal },
            Input = wanted.Input,
            WorkflowExecutionTimeout = Duration.FromTimeSpan(execution),
            WorkflowRunTimeout = Duration.FromTimeSpan(run),
            WorkflowTaskTimeout = Duration.FromTimeSpan(WorkflowTaskTimeouts.Normalize(wanted.WorkflowTaskTimeout)),
            ParentClosePolicy = wanted.ParentClosePolicy == ParentClosePolicy.Unspecified ? ParentClosePolicy.Terminate : wanted.ParentClosePolicy,
            Control = wanted.Control,
            WorkflowTaskCompletedEventId = context.CompletedId,
            WorkflowIdReusePolicy = wanted.WorkflowIdReusePolicy == WorkflowIdReusePolicy.Unspecified ? WorkflowIdReusePolicy.AllowDuplicate : wanted.WorkflowIdReusePolicy,
            RetryPolicy = wanted.RetryPolicy is null ? null : RetryDecision.Complete(wanted.RetryPolicy),
            CronSchedule = wanted.CronSchedule,
            Header = wanted.Header,
            Memo = wanted.Memo,
            SearchAttributes = wanted.SearchAttributes,
            Priority = wanted.Priority,
        };
        return [new() { EventType = EventType.StartChildWorkflowExecutionInitiated, StartChildWorkflowExecutionInitiatedEventAttributes = attributes }];
    }
}
