namespace Mandate.Audit.Records;

/// <summary>The configuration of an executor was created, changed or deleted.</summary>
public sealed record ExecutorChanged : AuditRecord
{
    /// <summary>Name of the executor.</summary>
    public required string Name { get; init; }

    /// <summary>What changed.</summary>
    public required AuditChange Change { get; init; }

    /// <inheritdoc/>
    public override string Type => "executor." + Change.Verb;

    /// <inheritdoc/>
    public override string Action => Change.Verb;

    private protected override AuditResource Subject => new("executor", Name);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        Change.Describe(metadata);
    }
}
