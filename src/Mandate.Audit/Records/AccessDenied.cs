namespace Mandate.Audit.Records;

/// <summary>Somebody who is known was refused something.</summary>
public sealed record AccessDenied : AuditRecord
{
    /// <summary>What was attempted.</summary>
    public required string Attempted { get; init; }

    /// <summary>Kind of thing it was to be done to.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Its identifier; empty when there is no single one.</summary>
    public string ResourceId { get; init; } = "";

    /// <inheritdoc/>
    public override string Type => "access.denied";

    /// <inheritdoc/>
    public override string Action => Attempted;

    private protected override AuditResource Subject => new(ResourceType, ResourceId);
}
