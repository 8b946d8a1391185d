using Mandate.Credentials.Vault;
using Mandate.Stateful.Tree.Columns;

namespace Mandate.Stateful.Tree;

/// <summary>A child in a snapshot, as <see cref="ChildColumns"/> write it.</summary>
internal sealed record ChildSnapshot
{
    public required string Id { get; init; }

    public string FirstRunId { get; init; } = "";

    /// <summary>The present run; null for the first one.</summary>
    public string? RunId { get; init; }

    public ApiTokenPolicy Policy { get; init; }

    public long SentRevision { get; init; }

    public bool CancelWithParent { get; init; }

    public AllowedHosts? Hosts { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    public CredentialReference? StartedWith { get; init; }

    public DateTimeOffset? LostAt { get; init; }
}
