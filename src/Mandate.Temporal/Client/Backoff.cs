namespace Mandate.Temporal.Client;

/// <summary>Growing waits with jitter.</summary>
internal static class Backoff
{
    /// <summary>The wait after <paramref name="failures"/> earlier failures.</summary>
    internal static TimeSpan Wait(TimeSpan initial, double multiplier, TimeSpan max, double jitter, int failures)
    {
        var milliseconds = Math.Min(initial.TotalMilliseconds * Math.Pow(multiplier, failures), max.TotalMilliseconds);
#pragma warning disable CA5394 // jitter is no secret
#pragma warning disable RS0030 // Jitter between callers must differ.
        return TimeSpan.FromMilliseconds(milliseconds * (1 + (jitter * ((2 * Random.Shared.NextDouble()) - 1))));
#pragma warning restore RS0030
#pragma warning restore CA5394
    }
}
