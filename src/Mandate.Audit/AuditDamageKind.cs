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

    /// <summary>Two different events claim the same sequence number, one after the other: one of them was inserted.</summary>
    Inserted,

    /// <summary>The event is whole but was recorded under another sequence number: events were swapped, or one was inserted or removed before it.</summary>
    Reordered,

    /// <summary>The event is whole but the chain does not go through it: it was replaced and hashed anew.</summary>
    WrongLink,

    /// <summary>Events at the end are missing.</summary>
    Truncated,

    /// <summary>The chain is consistent in itself but is not the one whose head is known: it was rewritten.</summary>
    Rewritten,

    /// <summary>A stored checkpoint is not signed by the key it must be signed by.</summary>
    Forged,

    /// <summary>What is stored cannot be an event of this ledger: its form is wrong, its version unknown, or it belongs to another ledger.</summary>
    Malformed,

    /// <summary>The store cannot be read at this place.</summary>
    Unreadable,
}
