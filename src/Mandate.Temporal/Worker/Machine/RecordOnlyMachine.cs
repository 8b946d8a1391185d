using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>For commands on which nothing waits: upserts of memo and search attributes, and the end of the run. Their event's type is all that has to match.</summary>
internal sealed class RecordOnlyMachine(WorkflowMachine workflow) : CommandMachine(workflow)
{
    internal override void OnRecorded(Command command, HistoryEvent recorded)
    {
    }
}
