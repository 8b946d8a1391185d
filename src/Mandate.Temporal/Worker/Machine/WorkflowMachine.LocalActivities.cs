using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <content>Local activities.</content>
internal sealed partial class WorkflowMachine
{
    private static void FindLocalActivityAhead(HistoryEvent e)
    {
    }

    private static void OnTaskStarted()
    {
    }
}
