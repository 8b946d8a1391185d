using System.Globalization;

namespace Mandate.Audit.Records;

/// <summary>A key was created, rotated, retired or revoked. The key itself is never recorded.</summary>
public sealed record KeyChanged : AuditRecord
{
    /// <summary>Its id.</summary>
    public required string KeyId { get; init; }

    /// <summary>What it is for, such as <c>principal-signing</c>, <c>vault</c> or <c>audit-checkpoint</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary><c>create</c>, <c>rotate</c>, <c>rewrap</c>, <c>retire</c> or <c>revoke</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>How many entries were brought under it; null where that says nothing.</summary>
    public long? Entries { get; init; }

    /// <inheritdoc/>
    public override string Type => "key." + Verb;

    /// <inheritdoc/>
    public override string Action => Verb;

    private protected override AuditResource Subject => new("key", KeyId);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["purpose"] = Purpose;
        if (Entries is { } entries)
            metadata["entries"] = entries.ToString(CultureInfo.InvariantCulture);
    }
}
