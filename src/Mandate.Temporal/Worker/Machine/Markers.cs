using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>The two markers the SDKs share: their names and the form of their details. They are not application data, so no codec applies.</summary>
internal static class Markers
{
    internal const string Patch = "core_patch";
    internal const string LocalActivity = "core_local_activity";
    internal const string PatchData = "patch-data";
    internal const string LocalActivityData = "data";
    internal const string LocalActivityResult = "result";

    /// <summary>The search attribute that lists the patches of a run.</summary>
    internal const string ChangeVersionAttribute = "TemporalChangeVersion";

    internal static Payload Json<T>(T value) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
        Data = UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(value)),
    };

    internal static bool TryGetPatch(this HistoryEvent e, [NotNullWhen(true)] out PatchMarker? patch)
    {
        patch = null;
        return e.EventType == EventType.MarkerRecorded && e.MarkerRecordedEventAttributes is { MarkerName: Patch } marker && TryReadPatch(marker.Details, out patch);
    }

    internal static bool TryReadPatch(MapField<string, Payloads> details, [NotNullWhen(true)] out PatchMarker? patch)
    {
        patch = null;
        if (!details.TryGetValue(PatchData, out var payloads) || payloads.Payloads_.Count == 0)
            return false;
        try
        {
            patch = JsonSerializer.Deserialize<PatchMarker>(payloads.Payloads_[0].Data.Span);
        }
        catch (JsonException)
        {
            return false;
        }

        return patch?.Id is not null;
    }

    internal static string Describe(string markerName, MapField<string, Payloads> details) =>
        TryReadPatch(details, out var patch) ? $"{markerName} '{patch.Id}'{(patch.Deprecated ? " deprecated" : "")}" : markerName;
}
