namespace Mandate.Stateful;

/// <summary>Where a worker redeems API tokens that runs apart from the service.</summary>
public sealed record RemoteTokenAuthorityOptions
{
    /// <summary>Address of the service's REST API: https, or http on this machine.</summary>
    public required Uri ServiceAddress { get; init; }

    /// <summary>Gives the worker's own access token or API key, with which it proves that it may ask.</summary>
    public required Func<CancellationToken, ValueTask<string?>> Credential { get; init; }

    /// <summary>How long the service may take. Default: 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
