using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>Details of a local activity's marker, in the form the SDKs share.</summary>
internal sealed record LocalActivityMarker(
    [property: JsonPropertyName("seq")] uint Sequence,
    [property: JsonPropertyName("attempt")] uint Attempt,
    [property: JsonPropertyName("activity_id")] string ActivityId,
    [property: JsonPropertyName("activity_type")] string ActivityType,
    [property: JsonPropertyName("complete_time")] LocalActivityMarker.Moment? CompleteTime,
    [property: JsonPropertyName("backoff")] LocalActivityMarker.Moment? Backoff,
    [property: JsonPropertyName("original_schedule_time")] LocalActivityMarker.Moment? OriginalScheduleTime)
{
    internal static bool TryRead(HistoryEvent e, [NotNullWhen(true)] out LocalActivityMarker? marker)
    {
        marker = null;
        if (e.EventType != EventType.MarkerRecorded || e.MarkerRecordedEventAttributes is not { MarkerName: Markers.LocalActivity } attributes)
            return false;
        try
        {
            if (attributes.Details.TryGetValue(Markers.LocalActivityData, out var data) && data.Payloads_.Count > 0)
                marker = JsonSerializer.Deserialize<LocalActivityMarker>(data.Payloads_[0].Data.Span);
        }
        catch (JsonException error)
        {
            throw new HistoryFormatException($"{HistoryText.Of(e)} cannot be read: {error.Message}");
        }

        return marker is not null ? true : throw new HistoryFormatException($"{HistoryText.Of(e)} has no data.");
    }

    /// <summary>A protobuf timestamp or duration as the SDKs write it here.</summary>
    internal sealed record Moment([property: JsonPropertyName("seconds")] long Seconds, [property: JsonPropertyName("nanos")] int Nanos)
    {
        internal static Moment Of(DateTime utc)
        {
            var timestamp = Timestamp.FromDateTime(utc);
            return new(timestamp.Seconds, timestamp.Nanos);
        }

        internal static Moment Of(TimeSpan span)
        {
            var duration = Duration.FromTimeSpan(span);
            return new(duration.Seconds, duration.Nanos);
        }

        internal DateTime ToDateTime() => new Timestamp { Seconds = Seconds, Nanos = Nanos }.ToDateTime();

        internal TimeSpan ToTimeSpan() => new Duration { Seconds = Seconds, Nanos = Nanos }.ToTimeSpan();
    }
}
