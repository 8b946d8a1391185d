using Google.Protobuf.WellKnownTypes;

namespace Mandate.Engine.History;

/// <summary>Durations of the wire, where none means zero and zero means unlimited. Values no clock can reach are cut to a century.</summary>
internal static class Durations
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    public static TimeSpan Of(Duration? duration)
    {
        if (duration is null)
            return TimeSpan.Zero;
        var seconds = duration.Seconds;
        if (seconds >= Longest.TotalSeconds)
            return Longest;
        if (seconds <= -Longest.TotalSeconds)
            return -Longest;
        return TimeSpan.FromSeconds(seconds) + TimeSpan.FromTicks(duration.Nanos / 100);
    }

    /// <summary>The shorter of both, where zero means unlimited.</summary>
    public static TimeSpan AtMost(TimeSpan value, TimeSpan limit) =>
        limit <= TimeSpan.Zero ? value : value <= TimeSpan.Zero || value > limit ? limit : value;
}
