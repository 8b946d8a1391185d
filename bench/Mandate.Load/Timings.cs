namespace Mandate.Load;

/// <summary>What a driver saw: the whole time, and each workflow's from the call to start it to its result.</summary>
internal sealed record Timings(double Seconds, IReadOnlyList<double> LatenciesMs)
{
    internal double PerSecond => LatenciesMs.Count / Seconds;

    /// <summary>The smallest latency that <paramref name="percent"/> of the workflows did not exceed.</summary>
    internal double Percentile(double percent)
    {
        var ordered = LatenciesMs.Order().ToArray();
        return ordered[Math.Clamp((int)Math.Ceiling(percent / 100 * ordered.Length) - 1, 0, ordered.Length - 1)];
    }
}
