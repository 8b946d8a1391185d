using System.Globalization;

namespace Mandate.Audit.Records;

/// <summary>Retention removes old events: recorded before they go, with all that is needed to prove what remains.</summary>
public sealed record EventsRemoved : AuditRecord
{
    /// <summary>First sequence number removed.</summary>
    public required long First { get; init; }

    /// <summary>Last sequence number removed.</summary>
    public required long Last { get; init; }

    /// <summary>Hash of the last one.</summary>
    public required AuditHash Hash { get; init; }

    /// <summary>Root of the tree over all events up to it.</summary>
    public required AuditHash Root { get; init; }

    /// <summary>Where they were exported to; null when they were not.</summary>
    public string? Archive { get; init; }

    /// <inheritdoc/>
    public override string Type => "audit.remove";

    /// <inheritdoc/>
    public override string Action => "remove";

    private protected override AuditResource Subject => new("audit-ledger", Tenant);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["first"] = First.ToString(CultureInfo.InvariantCulture);
        metadata["last"] = Last.ToString(CultureInfo.InvariantCulture);
        metadata["hash"] = Hash.ToString();
        metadata["root"] = Root.ToString();
        metadata.AddIfAny("archive", Archive);
    }
}
