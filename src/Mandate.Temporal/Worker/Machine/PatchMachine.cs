using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>The marker of a patch; nothing waits for it.</summary>
internal sealed class PatchMachine(WorkflowMachine workflow, string patchId) : CommandMachine(workflow)
{
    internal string PatchId { get; } = patchId;

    internal override void OnRecorded(Command command, HistoryEvent recorded)
    {
        if (!recorded.TryGetPatch(out var patch))
            throw new NonDeterminismException($"History has {HistoryText.Of(recorded)}, but the workflow's next command is {HistoryText.Of(command)}.");
        Match("patch", patch.Id, PatchId, command, recorded);
    }
}
