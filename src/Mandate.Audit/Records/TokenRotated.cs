using System.Globalization;

namespace Mandate.Audit.Records;

/// <summary>A credential in the vault was put in or replaced: from now on another secret answers to its name.</summary>
public sealed record TokenRotated : AuditRecord
{
    /// <summary>Name of the credential.</summary>
    public required string Name { get; init; }

    /// <summary>Its epoch after the rotation; epochs only grow.</summary>
    public required long Epoch { get; init; }

    /// <inheritdoc/>
    public override string Type => "token.rotate";

    /// <inheritdoc/>
    public override string Action => "rotate";

    private protected override AuditResource Subject => new("credential", Name);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["epoch"] = Epoch.ToString(CultureInfo.InvariantCulture);
    }
}
