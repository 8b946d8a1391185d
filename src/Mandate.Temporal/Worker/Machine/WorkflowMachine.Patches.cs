using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <content>
/// Patches. A workflow that asks for a patch gets "yes" when it runs for the first time, which a marker records, and on replay what the marker, or its absence, says. A deprecated patch is
/// always "yes"; its marker may stand in history without a call, so that the call can be deleted one day.
/// </content>
internal sealed partial class WorkflowMachine
{
    /// <summary>Search attributes hold at most 2 KB; the list of patches is left alone beyond this.</summary>
    private const int LargestChangeVersionList = 2000;

    private readonly Dictionary<string, bool> _patchVerdicts = [];
    private readonly SortedSet<string> _patchesIssued = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _patchesAhead = [];

    /// <summary>Whether the workflow is to take the patched way. The verdict for an id never changes within a run.</summary>
    internal bool Patch(string patchId, bool deprecated)
    {
        if (!_patchVerdicts.TryGetValue(patchId, out var verdict))
            _patchVerdicts[patchId] = verdict = deprecated || !Replaying || _patchesAhead.ContainsKey(patchId);
        if (!verdict || _patchesIssued.Contains(patchId))
            return verdict;

        // A replay repeats the commands that history has, and no others.
        var upsertAhead = false;
        if (Replaying && !_patchesAhead.TryGetValue(patchId, out upsertAhead))
            return verdict;
        _patchesIssued.Add(patchId);
        Add(
            new Command
            {
                CommandType = CommandType.RecordMarker,
                RecordMarkerCommandAttributes = new()
                {
                    MarkerName = Markers.Patch,
                    Details = { [Markers.PatchData] = new Payloads { Payloads_ = { Markers.Json(new PatchMarker(patchId, deprecated)) } } },
                },
            },
            new PatchMachine(this, patchId));
        if (!Replaying || upsertAhead)
            UpsertChangeVersion(always: Replaying);
        return verdict;
    }

    private void UpsertChangeVersion(bool always)
    {
        var list = Markers.Json(_patchesIssued);
        if (!always && list.Data.Length >= LargestChangeVersionList)
            return;
        list.Metadata["type"] = Google.Protobuf.ByteString.CopyFromUtf8("KeywordList");
        UpsertSearchAttributes(new SearchAttributes { IndexedFields = { [Markers.ChangeVersionAttribute] = list } });
    }

    private void FindMarkerAhead(HistoryEvent e, HistoryEvent? following)
    {
        if (e.TryGetPatch(out var patch))
            _patchesAhead[patch.Id] = following is not null && IsChangeVersionUpsert(following);
        else
            FindLocalActivityAhead(e);
    }

    /// <summary>Handles a marker that is not simply the record of the next command.</summary>
    private bool ApplyMarker(HistoryEvent e, HistoryEvent? following)
    {
        if (!e.TryGetPatch(out var patch))
            return false;
        if (NextUnrecorded() is { Machine: PatchMachine machine } && string.Equals(machine.PatchId, patch.Id, StringComparison.Ordinal))
            return false;
        if (patch.Deprecated)
        {
            _skipNext = following is not null && IsChangeVersionUpsert(following);
            return true;
        }

        var next = NextUnrecorded();
        throw new NonDeterminismException(
            $"History has {HistoryText.Of(e)}, but the workflow {(next is null ? "issued no command for it" : $"issued {HistoryText.Of(next.Command)} there")}: " +
            "a patch may only be removed from the code after it was deprecated and no run that has its marker is left.");
    }

    private static bool IsChangeVersionUpsert(HistoryEvent e) =>
        e.UpsertWorkflowSearchAttributesEventAttributes?.SearchAttributes?.IndexedFields.ContainsKey(Markers.ChangeVersionAttribute) == true;
}
