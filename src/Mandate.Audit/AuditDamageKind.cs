namespace Mandate.Audit;

/// <summary>What kind of damage a verification found.</summary>
public enum AuditDamageKind
{
    /// <summary>The event does not match its own hash: one of the two was changed.</summary>
    Edited,

    /// <summary>A sequence number has no event, though a later one has.</summary>
    Gap,

    /// <summary>A sequence number occurs more than once.</summary>
    Duplicated,

    /// <summary>The event is whole but was recorded under another sequence number: events were swapped, or one was inserted or removed before it.</summary>
    Reordered,

    /// <summary>The event is whole but does not follow from the one before it: it, or what precedes it, was replaced and hashed anew.</summary>
    WrongLink,

    /// <summary>Events at the end are missing.</summary>
    Truncated,

    /// <summary>The chain is consistent in itself but is not the one whose head is known: it was rewritten.</summary>
    Rewritten,

    /// <summary>A stored row cannot be an event: a column has the wrong type, or the format version is unknown.</summary>
    Malformed,

    /// <summary>The store cannot be read at this place.</summary>
    Unreadable,
}
