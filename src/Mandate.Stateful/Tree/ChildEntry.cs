using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tree;

/// <summary>A child, and how far it has followed its parent's token.</summary>
internal sealed class ChildEntry(string id, ApiTokenPolicy policy)
{
    public string Id { get; } = id;

    public ApiTokenPolicy Policy { get; } = policy;

    public ChildState State { get; set; }

    /// <summary>First run of its chain of runs: with it the child is told from another workflow that has taken its id.</summary>
    public string FirstRunId { get; set; } = "";

    /// <summary>Its present run, as far as it is known.</summary>
    public string RunId { get; set; } = "";

    /// <summary>Whether the server tells this run when the child ends. Of children that a run before has started only they themselves tell.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Whether the server ends it with the run that started it.</summary>
    public bool EndsWithRun { get; init; }

    /// <summary>Whether it is to be asked to cancel when its parent ends, and was not yet.</summary>
    public bool CancelWithParent { get; set; }

    public AllowedHosts? Hosts { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>What it was started with, narrowed; null once that is known to count.</summary>
    public CredentialReference? StartedWith { get; set; }

    /// <summary>The parent's revision that was last sent, by its start or by signal.</summary>
    public long SentRevision { get; set; }

    /// <summary>The revision that was last sent with the wish to hear of it.</summary>
    public long AskedRevision { get; set; }

    /// <summary>What it told before its start was confirmed here.</summary>
    public ChildNews? EarlyNews { get; set; }

    /// <summary>Whether <see cref="DueChildren"/> have it already.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether it could not be reached, and is not tried again yet.</summary>
    public bool IsUnreached { get; set; }

    /// <summary>When its run was not found; null unless it was.</summary>
    public DateTimeOffset? LostAt { get; set; }

    /// <summary>Whether it follows the parent's token.</summary>
    public bool Follows => Policy is ApiTokenPolicy.Inherit or ApiTokenPolicy.Downscope;

    public bool IsBehind(long revision) => Follows && State == ChildState.Running && SentRevision < revision;

    /// <summary>
    /// Whether it is to be sent something: the token where it follows; else, where the server does not tell this run of its end, a message without one, by which its end shows.
    /// </summary>
    public bool IsDue(long revision) => State == ChildState.Running && SentRevision < revision && (Follows || !IsWatched);

    public static ChildEntry Of(ChildSnapshot snapshot) => new(snapshot.Id, snapshot.Policy)
    {
        State = ChildState.Running,
        FirstRunId = snapshot.FirstRunId,
        RunId = snapshot.RunId ?? snapshot.FirstRunId,
        CancelWithParent = snapshot.CancelWithParent,
        Hosts = snapshot.Hosts,
        Scopes = snapshot.Scopes ?? [],
        StartedWith = snapshot.StartedWith,
        SentRevision = snapshot.SentRevision,
        LostAt = snapshot.LostAt,
    };

    /// <param name="revision">The parent's revision. A child that does not follow, and of whose end the server has told this run, has missed nothing: the next run sends it something when there is news.</param>
    public ChildSnapshot ToSnapshot(long revision) => new()
    {
        Id = Id,
        FirstRunId = FirstRunId,
        RunId = RunId == FirstRunId ? null : RunId,
        Policy = Policy,
        SentRevision = Follows || !IsWatched ? SentRevision : revision,
        CancelWithParent = CancelWithParent,
        Hosts = Hosts,
        Scopes = Scopes.Count > 0 ? Scopes : null,
        StartedWith = StartedWith,
        LostAt = LostAt,
    };
}
