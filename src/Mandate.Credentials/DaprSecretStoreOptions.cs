namespace Mandate.Credentials;

/// <summary>Where a Dapr sidecar is, and which of its secret stores to read.</summary>
public sealed record DaprSecretStoreOptions
{
    /// <summary>The sidecar's HTTP address. Default: <c>http://127.0.0.1:3500</c>, Dapr's own.</summary>
    public Uri Endpoint { get; init; } = new("http://127.0.0.1:3500");

    /// <summary>Name of the secret store component; null takes the first of type <c>secretstores.*</c> that the sidecar's metadata lists.</summary>
    public string? Component { get; init; }

    /// <summary>Sent as <c>dapr-api-token</c>; null for none.</summary>
    public Secret? ApiToken { get; init; }

    /// <summary>How long a sidecar that has never answered is waited for, since both start at the same time: 30 s unless set, zero for not at all.</summary>
    public TimeSpan StartupBudget { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one request may take: 5 s unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Allows a sidecar on another machine to be reached without TLS.</summary>
    public bool AllowCleartext { get; init; }
}
