namespace Mandate.Audit;

/// <summary>Which of a tenant's events to read. Filters are exact and combined with "and"; null means any.</summary>
public sealed record AuditQuery
{
    /// <summary>Most events a page can have.</summary>
    public const int MaximumLimit = 1_000;

    /// <summary>Event type.</summary>
    public string? Type { get; init; }

    /// <summary>Action.</summary>
    public string? Action { get; init; }

    /// <summary>Result.</summary>
    public AuditResult? Result { get; init; }

    /// <summary>Type of the resource.</summary>
    public string? ResourceType { get; init; }

    /// <summary>Identifier of the resource.</summary>
    public string? ResourceId { get; init; }

    /// <summary>Type of the actor.</summary>
    public string? ActorType { get; init; }

    /// <summary>Identifier of the actor.</summary>
    public string? ActorId { get; init; }

    /// <summary>Words that must all be in the values of the metadata, in any order and case; words are runs of letters and digits.</summary>
    public string? Text { get; init; }

    /// <summary>Earliest time, included.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest time, excluded.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Oldest event first; newest first unless set.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Events a page, 1 to <see cref="MaximumLimit"/>.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>
    /// <see cref="AuditPage.NextCursor"/> of the page before; null for the first. It is good for the same tenant and the same filters only.
    /// </summary>
    public string? Cursor { get; init; }
}
