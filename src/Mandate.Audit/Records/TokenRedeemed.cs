using System.Globalization;

namespace Mandate.Audit.Records;

/// <summary>A credential reference was redeemed: its holder got the secret to use it.</summary>
public sealed record TokenRedeemed : AuditRecord
{
    /// <summary>Name of the credential.</summary>
    public required string Name { get; init; }

    /// <summary>Epoch of the secret that was given.</summary>
    public required long Epoch { get; init; }

    /// <summary>Service it is for; null when not known.</summary>
    public string? Audience { get; init; }

    /// <inheritdoc/>
    public override string Type => "token.redeem";

    /// <inheritdoc/>
    public override string Action => "redeem";

    private protected override AuditResource Subject => new("credential", Name);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["epoch"] = Epoch.ToString(CultureInfo.InvariantCulture);
        metadata.AddIfAny("audience", Audience);
    }
}
