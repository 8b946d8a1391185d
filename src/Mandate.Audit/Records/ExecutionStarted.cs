namespace Mandate.Audit.Records;

/// <summary>An execution was started, or its start was refused.</summary>
public sealed record ExecutionStarted : AuditRecord
{
    /// <summary>Its workflow id.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Its run; null when it did not start.</summary>
    public string? RunId { get; init; }

    /// <summary>Its workflow type.</summary>
    public required string WorkflowType { get; init; }

    /// <inheritdoc/>
    public override string Type => "execution.start";

    /// <inheritdoc/>
    public override string Action => "start";

    private protected override AuditResource Subject => new("execution", ExecutionId);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["workflowType"] = WorkflowType;
        metadata.AddIfAny("runId", RunId);
    }
}
