using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Remote;

/// <summary>What a worker asks the service. The signed principal says for whom, and is verified anew.</summary>
internal sealed record AuthorityCall
{
    private const int MaximumScopes = 64;
    private const int MaximumScopeLength = 512;

    public required string Principal { get; init; }

    public required string WorkflowId { get; init; }

    public required string RunId { get; init; }

    public string Activity { get; init; } = "";

    /// <summary>Token of the activity task that the worker is at; null where it is at none.</summary>
    public byte[]? Task { get; init; }

    public CredentialReference? Reference { get; init; }

    public string? Target { get; init; }

    public string? Name { get; init; }

    public string? Source { get; init; }

    public bool IsAsked { get; init; }

    public bool IsStart { get; init; }

    public AllowedHosts? Hosts { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public Denial? Denial { get; init; }

    /// <summary>Whether it can be a call at all.</summary>
    public bool IsWellFormed =>
        Principal is { Length: > 0 } && WorkflowId is not null && RunId is not null && Activity is not null
        && Name is null or { Length: >= 1 and <= CredentialReference.MaximumNameLength }
        && Scopes is { Count: <= MaximumScopes } && Scopes.All(s => s is { Length: >= 1 and <= MaximumScopeLength })
        && Denial is null or { Kind: "signal" or "update", Name: not null, SenderType: not null, SenderId: not null, Reason: not null };
}
