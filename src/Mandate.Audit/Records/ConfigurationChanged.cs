namespace Mandate.Audit.Records;

/// <summary>A setting of the service, a namespace or a tenant was created, changed or deleted.</summary>
public sealed record ConfigurationChanged : AuditRecord
{
    /// <summary>Kind of what was configured, such as <c>namespace</c> or <c>search-attribute</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What changed.</summary>
    public required AuditChange Change { get; init; }

    /// <inheritdoc/>
    public override string Type => "configuration." + Change.Verb;

    /// <inheritdoc/>
    public override string Action => Change.Verb;

    private protected override AuditResource Subject => new(Kind, Name);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        Change.Describe(metadata);
    }
}
