using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tree;

/// <summary>A child, and how far it has followed its parent's token.</summary>
internal sealed class ChildEntry(string id, ApiTokenPolicy policy)
{
    public string Id { get; } = id;

    public ApiTokenPolicy Policy { get; } = policy;

    public ChildState State { get; set; }

    public bool CancelWithParent { get; init; }

    public AllowedHosts? Hosts { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The parent's revision that was last sent, by its start or by signal.</summary>
    public long SentRevision { get; set; }

    /// <summary>The revision that was last sent with the wish to hear of it.</summary>
    public long AskedRevision { get; set; }

    /// <summary>Whether it follows the parent's token.</summary>
    public bool Follows => Policy is ApiTokenPolicy.Inherit or ApiTokenPolicy.Downscope;

    public bool IsBehind(long revision) => Follows && State == ChildState.Running && SentRevision < revision;

    public static ChildEntry Of(ChildSnapshot snapshot) => new(snapshot.Id, snapshot.Policy)
    {
        State = ChildState.Running,
        CancelWithParent = snapshot.CancelWithParent,
        Hosts = snapshot.Hosts,
        Scopes = snapshot.Scopes ?? [],
        SentRevision = snapshot.SentRevision,
    };

    public ChildSnapshot ToSnapshot() => new()
    {
        Id = Id,
        Policy = Policy,
        SentRevision = SentRevision,
        CancelWithParent = CancelWithParent,
        Hosts = Hosts,
        Scopes = Scopes.Count > 0 ? Scopes : null,
    };
}
