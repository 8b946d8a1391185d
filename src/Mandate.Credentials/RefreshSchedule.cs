namespace Mandate.Credentials;

/// <summary>When to replace a token that is in use, well before anybody has to wait for a new one.</summary>
internal static class RefreshSchedule
{
    /// <summary>Before this is left of a token's life it is not good enough any more.</summary>
    private static readonly TimeSpan Buffer = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long to wait with the refresh of a token that has <paramref name="remaining"/> of its life left: 1. four fifths of it, 2. at most 30 min, 3. at least 5 min, unless the token were
    /// within a minute of its end then, 4. never longer than it lives.
    /// </summary>
    public static TimeSpan Interval(TimeSpan remaining)
    {
        if (remaining <= TimeSpan.Zero)
            return TimeSpan.Zero;
        var interval = remaining * 0.8;
        if (interval > Longest)
            return Longest;
        return interval < Shortest && Shortest < remaining - Buffer ? Shortest : interval;
    }
}
