namespace Mandate.Temporal.Client;

/// <summary>How one call is made.</summary>
public sealed record RpcOptions
{
    /// <summary>Whether transient errors are retried. Default: as the call deems right, which is yes for all of the client's.</summary>
    public bool? Retry { get; init; }

    /// <summary>gRPC metadata beside the client's own.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Time for one attempt. Default 30 s; waits for results and updates go on by themselves.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Ends the call.</summary>
    public CancellationToken CancellationToken { get; init; }
}
