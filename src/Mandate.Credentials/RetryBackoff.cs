namespace Mandate.Credentials;

/// <summary>Waits between attempts that fail: twice as long each time up to a limit, and up to a quarter shorter by chance, so that many processes do not come back at the same moment.</summary>
/// <param name="first">The first wait.</param>
/// <param name="longest">The longest.</param>
/// <param name="random">Gives 0 to 1; null for chance.</param>
internal sealed class RetryBackoff(TimeSpan first, TimeSpan longest, Func<double>? random = null)
{
    private const int MostDoublings = 30;
    private const double Jitter = 0.25;

    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;

    /// <param name="failures">Failures so far in a row, 1 or more.</param>
    public TimeSpan Wait(int failures)
    {
        var full = first * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        return (full < longest ? full : longest) * (1 - (Jitter * _random()));
    }
}
