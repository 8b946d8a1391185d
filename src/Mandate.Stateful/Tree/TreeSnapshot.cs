using System.Text.Json.Serialization;

namespace Mandate.Stateful.Tree;

/// <summary>What a start hands on in the header <see cref="StatefulNames.TreeHeader"/>: from a parent to its child, and from a run to the one that continues it. There is no secret in it.</summary>
internal sealed record TreeSnapshot
{
    /// <summary>Workflow ids from the top of the tree down to the parent.</summary>
    [JsonPropertyName("a")]
    public IReadOnlyList<string> Ancestors { get; init; } = [];

    [JsonPropertyName("p")]
    public ApiTokenPolicy Policy { get; init; }

    [JsonPropertyName("t")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeldToken? Token { get; init; }

    /// <summary>Whether the token is the workflow's own, so that an ancestor's does not replace it.</summary>
    [JsonPropertyName("w")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsOwn { get; init; }

    [JsonPropertyName("u")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ApiUrl { get; init; }

    /// <summary>Token source that this workflow renews its token from.</summary>
    [JsonPropertyName("s")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    [JsonPropertyName("n")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RenewAt { get; init; }

    [JsonPropertyName("r")]
    public long Revision { get; init; }

    /// <summary>Revision of the parent that arrived last.</summary>
    [JsonPropertyName("q")]
    public long ParentRevision { get; init; }

    /// <summary>Run of the parent that counts so; null where that is the one that started the workflow.</summary>
    [JsonPropertyName("m")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ParentRun { get; init; }

    /// <summary>Epoch that was handed on once more because it arrived again.</summary>
    [JsonPropertyName("h")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long HealedEpoch { get; init; }

    /// <summary>Where in a trace the token came, so that those who are still behind hang there too.</summary>
    [JsonPropertyName("x")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>Children that have ended since the last report.</summary>
    [JsonPropertyName("g")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Gone { get; init; }

    /// <summary>References that came from outside and were not looked up yet when the run ended.</summary>
    [JsonPropertyName("o")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ApiTokenMessage>? Unread { get; init; }

    /// <summary>Not among the JSON: <see cref="TreePayload"/> writes them beside it, since there may be many.</summary>
    [JsonIgnore]
    public IReadOnlyList<ChildSnapshot> Children { get; init; } = [];

    /// <summary>When the workflow's first run began; null for a root.</summary>
    [JsonPropertyName("b")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Began { get; init; }

    [JsonPropertyName("y")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RenewalTrouble? Trouble { get; init; }

    /// <summary>Whether a stateful workflow is among the ancestors: then none of them is started as a child, by plain workflows neither.</summary>
    [JsonPropertyName("d")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsInTree { get; init; }

    /// <summary>Whether the workflow is to be cancelled when its parent ends.</summary>
    [JsonPropertyName("e")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EndsWithParent { get; init; }

    /// <summary>How the workflow ends, where its run method is through already.</summary>
    [JsonPropertyName("z")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public EndKind PendingEnd { get; init; }

    /// <summary>
    /// First run of the workflow, where one run hands itself on to the next; null where a parent hands on to its child. Who starts a workflow cannot know it, so it tells one from the other, also where the server repeats
    /// what a run was started with.
    /// </summary>
    [JsonPropertyName("k")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FirstRun { get; init; }

    /// <summary>What a parent may say of its child; the rest only a run before can know.</summary>
    public TreeSnapshot AsOfAParent() => new()
    {
        Ancestors = Ancestors,
        Policy = Policy,
        Token = Token,
        IsOwn = IsOwn,
        ApiUrl = ApiUrl,
        Source = Source,
        Revision = Token is null ? 0 : 1,
        ParentRevision = ParentRevision,
        Began = Began,
        IsInTree = IsInTree,
        EndsWithParent = EndsWithParent,
    };

    /// <summary>What may come along from who starts a workflow from outside: a token and an address.</summary>
    public TreeSnapshot AsFromOutside() => new() { Token = Token, ApiUrl = ApiUrl, Source = Source };
}
