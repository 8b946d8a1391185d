namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Authentication</c>: how callers prove who they are.</summary>
internal sealed class AuthenticationOptions : IssuerOptions
{
    /// <summary>Further identity providers.</summary>
    public List<IssuerOptions> Issuers { get; set; } = [];

    /// <summary>Scope that makes a token that of a worker.</summary>
    public string WorkerScope { get; set; } = "mandate:worker";

    /// <summary>How far clocks may differ when a token's life is judged.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Shortest time between two reads of the provider's keys because of an unknown key id.</summary>
    public TimeSpan KeyRefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>File of the API keys; <c>api-keys.json</c> in the data directory unless set.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>Client certificates that are accepted.</summary>
    public ClientCertificatesOptions ClientCertificates { get; set; } = new();

    /// <summary>Every identity provider that is named, with the setting it is named in.</summary>
    public IEnumerable<(string Setting, IssuerOptions Issuer)> AllIssuers() =>
        Issuers.Select((issuer, i) => ($"Authentication:Issuers:{i}", issuer)).Prepend(("Authentication", this)).Where(i => i.Item2 != this || Authority is not null);
}
