using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>WorkflowPropertiesModified: changes of the memo.</summary>
internal sealed class ModifyWorkflowProperties : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadModifyWorkflowPropertiesAttributes;

    public override CommandType Type => CommandType.ModifyWorkflowProperties;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var memo = command.ModifyWorkflowPropertiesCommandAttributes?.UpsertedMemo;
        Check.Command(memo is { Fields.Count: > 0 }, Cause, "ModifyWorkflowProperties changes nothing.");
        Check.CommandSize(memo, "ModifyWorkflowPropertiesCommandAttributes", context.Limits, Cause);
        Check.MemoSize(Fields.Upsert(context.State.Memo, memo), "ModifyWorkflowPropertiesCommandAttributes. Memo", context.Limits, Cause);
        return
        [
            new()
            {
                EventType = EventType.WorkflowPropertiesModified,
                WorkflowPropertiesModifiedEventAttributes = new() { UpsertedMemo = memo, WorkflowTaskCompletedEventId = context.CompletedId },
            },
        ];
    }
}
