namespace Mandate.Audit.Canonical;

/// <summary>Times as whole microseconds since 1970-01-01T00:00:00Z.</summary>
internal static class AuditTime
{
    public static long ToMicroseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Null when the number lies outside of what a time can be.</summary>
    public static DateTimeOffset? FromMicroseconds(long microseconds)
    {
        const long ticks = TimeSpan.TicksPerMicrosecond;
        var lowest = -DateTimeOffset.UnixEpoch.Ticks / ticks;
        var highest = (DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks) / ticks;
        return microseconds >= lowest && microseconds <= highest ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * ticks) : null;
    }
}
