using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>UpsertWorkflowSearchAttributes.</summary>
internal sealed class UpsertWorkflowSearchAttributes : CommandHandler
{
    private const WorkflowTaskFailedCause Cause = WorkflowTaskFailedCause.BadSearchAttributes;

    public override CommandType Type => CommandType.UpsertWorkflowSearchAttributes;

    public override IEnumerable<HistoryEvent> Decide(CommandContext context, Command command)
    {
        var wanted = command.UpsertWorkflowSearchAttributesCommandAttributes?.SearchAttributes;
        Check.Command(wanted is { IndexedFields.Count: > 0 }, Cause, "UpsertWorkflowSearchAttributes names no attribute.");
        SearchAttributeAdmission.Admit(context.Namespace, wanted);
        SearchAttributeAdmission.AdmitSize(wanted, Cause);
        SearchAttributeAdmission.AdmitSize(Fields.Upsert(context.State.SearchAttributes, wanted), Cause);
        return
        [
            new()
            {
                EventType = EventType.UpsertWorkflowSearchAttributes,
                UpsertWorkflowSearchAttributesEventAttributes = new() { SearchAttributes = wanted, WorkflowTaskCompletedEventId = context.CompletedId },
            },
        ];
    }
}
