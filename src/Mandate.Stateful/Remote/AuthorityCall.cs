using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Remote;

/// <summary>What a worker asks the service. The signed principal says for whom, and is verified anew.</summary>
internal sealed record AuthorityCall
{
    public required string Principal { get; init; }

    public required string WorkflowId { get; init; }

    public required string RunId { get; init; }

    public string Activity { get; init; } = "";

    public CredentialReference? Reference { get; init; }

    public string? Target { get; init; }

    public string? Name { get; init; }

    public string? Source { get; init; }

    public bool IsAsked { get; init; }

    public AllowedHosts? Hosts { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public Denial? Denial { get; init; }
}
