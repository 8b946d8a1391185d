namespace Mandate.Temporal.Client;

/// <summary>How calls that failed for a passing reason are repeated.</summary>
public sealed record RpcRetryOptions
{
    /// <summary>Wait before the first repetition. Default 100 ms; 1 s where the server is overloaded.</summary>
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Share by which a wait varies by chance, 0 to 1. Default 0.2.</summary>
    public double RandomizationFactor { get; init; } = 0.2;

    /// <summary>Factor by which waits grow, at least 1. Default 1.7.</summary>
    public double Multiplier { get; init; } = 1.7;

    /// <summary>Longest wait. Default 5 s.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time after which there is no further repetition. Default 10 s.</summary>
    public TimeSpan MaxElapsedTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Repetitions at most. Default 10.</summary>
    public int MaxRetries { get; init; } = 10;
}
