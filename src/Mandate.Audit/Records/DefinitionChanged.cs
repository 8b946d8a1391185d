namespace Mandate.Audit.Records;

/// <summary>A workflow definition was created, changed or deleted.</summary>
public sealed record DefinitionChanged : AuditRecord
{
    /// <summary>Name of the definition.</summary>
    public required string Name { get; init; }

    /// <summary>What changed.</summary>
    public required AuditChange Change { get; init; }

    /// <inheritdoc/>
    public override string Type => "workflow." + Change.Verb;

    /// <inheritdoc/>
    public override string Action => Change.Verb;

    private protected override AuditResource Subject => new("workflow", Name);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        Change.Describe(metadata);
    }
}
