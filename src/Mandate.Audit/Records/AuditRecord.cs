using System.Collections.Frozen;

namespace Mandate.Audit.Records;

/// <summary>
/// An event of a known kind: its properties say what there is to say of it, and <see cref="ToEntry"/> puts them where every event of the kind has them. Records hold no secrets: where a
/// value may be one, they take whether it changed and never the value.
/// </summary>
public abstract record AuditRecord
{
    /// <summary>Whose ledger; <see cref="AuditLedger.SystemTenant"/> for events of no tenant.</summary>
    public required string Tenant { get; init; }

    /// <summary>Who did it.</summary>
    public required AuditActor Actor { get; init; }

    /// <summary>How it ended.</summary>
    public AuditResult Result { get; init; } = AuditResult.Success;

    /// <summary>Why it was denied or failed, in words free of secrets; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Where it belongs: workflow id, run id, request id, trace id and the like.</summary>
    public IReadOnlyDictionary<string, string> Context { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Type of the event.</summary>
    public abstract string Type { get; }

    /// <summary>What was attempted.</summary>
    public abstract string Action { get; }

    private protected abstract AuditResource Subject { get; }

    /// <summary>The event as the ledger records it.</summary>
    public AuditEntry ToEntry()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        Describe(metadata);
        if (Reason is not null)
            metadata["reason"] = Reason;
        return new AuditEntry
        {
            Tenant = Tenant,
            Type = Type,
            Action = Action,
            Result = Result,
            Resource = Subject,
            Actor = Actor,
            Context = Context,
            Metadata = metadata,
        };
    }

    private protected virtual void Describe(IDictionary<string, string> metadata)
    {
    }
}
