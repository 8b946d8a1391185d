using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>The commands that end a run. They may begin the next one, which the run's transaction does.</summary>
internal static class TerminalCommands
{
    /// <exception cref="BadCommandException">The command cannot be carried out.</exception>
    public static void Run(RunTransaction run, CommandContext context, Command command)
    {
        switch (command.CommandType)
        {
            case CommandType.CompleteWorkflowExecution:
                var result = command.CompleteWorkflowExecutionCommandAttributes?.Result;
                // The cause is that of activities, as Temporal has it: scripts and alarms look for it.
                Check.CommandSize(result, "CompleteWorkflowExecutionCommandAttributes.Result", context.Limits, WorkflowTaskFailedCause.BadScheduleActivityAttributes);
                run.Complete(result, context.CompletedId, command.UserMetadata);
                break;
            case CommandType.FailWorkflowExecution:
                var failure = command.FailWorkflowExecutionCommandAttributes?.Failure;
                Check.Command(failure is not null, WorkflowTaskFailedCause.BadFailWorkflowExecutionAttributes, "FailWorkflowExecution has no failure.");
                Check.CommandSize(failure, "FailWorkflowExecutionCommandAttributes.Failure", context.Limits, WorkflowTaskFailedCause.BadFailWorkflowExecutionAttributes);
                run.Fail(failure!, context.CompletedId, command.UserMetadata);
                break;
            case CommandType.CancelWorkflowExecution:
                var details = command.CancelWorkflowExecutionCommandAttributes?.Details;
                Check.CommandSize(details, "CancelWorkflowExecutionCommandAttributes.Details", context.Limits, WorkflowTaskFailedCause.BadCancelWorkflowExecutionAttributes);
                run.Record(new()
                {
                    EventType = EventType.WorkflowExecutionCanceled,
                    UserMetadata = command.UserMetadata,
                    WorkflowExecutionCanceledEventAttributes = new() { Details = details, WorkflowTaskCompletedEventId = context.CompletedId },
                });
                break;
            default:
                ContinueAsNew(run, context, command);
                break;
        }
    }

    private static void ContinueAsNew(RunTransaction run, CommandContext context, Command command)
    {
        const WorkflowTaskFailedCause cause = WorkflowTaskFailedCause.BadContinueAsNewAttributes;
        var wanted = command.ContinueAsNewWorkflowExecutionCommandAttributes;
        Check.Command(wanted is not null, cause, "ContinueAsNewWorkflowExecution has no attributes.");
        Check.CommandLength(wanted!.WorkflowType?.Name ?? "", "workflow type", context.Limits, cause);
        Check.CommandLength(wanted.TaskQueue?.Name ?? "", "task queue", context.Limits, cause);
        SearchAttributeAdmission.Admit(context.Namespace, wanted.SearchAttributes);
        if (RetryPolicies.Problem(wanted.RetryPolicy) is { } problem)
            throw CommandContext.Bad(cause, problem);
        Check.CommandSize(wanted.Input, "ContinueAsNewWorkflowExecutionCommandAttributes. Input", context.Limits, cause);
        Check.MemoSize(wanted.Memo, "ContinueAsNewWorkflowExecutionCommandAttributes. Memo", context.Limits, cause);
        SearchAttributeAdmission.AdmitSize(wanted.SearchAttributes, cause);

        var before = context.State.Started;
        var runTimeout = Durations.Of(wanted.WorkflowRunTimeout);
        var taskTimeout = Durations.Of(wanted.WorkflowTaskTimeout);
        var attributes = new WorkflowExecutionContinuedAsNewEventAttributes
        {
            WorkflowType = wanted.WorkflowType?.Name is { Length: > 0 } ? wanted.WorkflowType : before.WorkflowType,
            TaskQueue = new() { Name = wanted.TaskQueue?.Name is { Length: > 0 } queue ? queue : before.TaskQueue.Name, Kind = TaskQueueKind.Normal },
            Input = wanted.Input,
            WorkflowRunTimeout = runTimeout > TimeSpan.Zero ? Duration.FromTimeSpan(runTimeout) : before.WorkflowRunTimeout,
            WorkflowTaskTimeout = taskTimeout > TimeSpan.Zero ? Duration.FromTimeSpan(WorkflowTaskTimeouts.Normalize(wanted.WorkflowTaskTimeout)) : before.WorkflowTaskTimeout,
            WorkflowTaskCompletedEventId = context.CompletedId,
            BackoffStartInterval = wanted.BackoffStartInterval,
            Initiator = wanted.Initiator == ContinueAsNewInitiator.Unspecified ? ContinueAsNewInitiator.Workflow : wanted.Initiator,
            Failure = wanted.Failure,
            LastCompletionResult = wanted.LastCompletionResult,
            Header = wanted.Header,
            Memo = wanted.Memo is { Fields.Count: > 0 } ? wanted.Memo : context.State.Memo,
            SearchAttributes = wanted.SearchAttributes is { IndexedFields.Count: > 0 } ? wanted.SearchAttributes : context.State.SearchAttributes,
        };
        run.ContinueAsNew(
            new() { EventType = EventType.WorkflowExecutionContinuedAsNew, UserMetadata = command.UserMetadata, WorkflowExecutionContinuedAsNewEventAttributes = attributes },
            wanted.RetryPolicy is null ? null : RetryDecision.Complete(wanted.RetryPolicy),
            wanted.CronSchedule.Length > 0 ? wanted.CronSchedule : before.CronSchedule);
    }
}
