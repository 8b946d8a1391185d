namespace Mandate.Audit.Records;

/// <summary>Somebody was shown a secret, or was refused.</summary>
public sealed record SecretRevealed : AuditRecord
{
    /// <summary>Name of the secret.</summary>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public override string Type => "secret.reveal";

    /// <inheritdoc/>
    public override string Action => "reveal";

    private protected override AuditResource Subject => new("secret", Name);
}
