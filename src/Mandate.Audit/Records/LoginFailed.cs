namespace Mandate.Audit.Records;

/// <summary>Somebody failed to prove who they are.</summary>
public sealed record LoginFailed : AuditRecord
{
    /// <summary>Where they tried: <c>rest</c>, <c>grpc</c> or <c>console</c>.</summary>
    public required string Service { get; init; }

    /// <inheritdoc/>
    public override string Type => "login.failed";

    /// <inheritdoc/>
    public override string Action => "login";

    private protected override AuditResource Subject => new("service", Service);
}
