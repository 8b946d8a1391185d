namespace Mandate.Audit.Records;

/// <summary>An execution ended.</summary>
public sealed record ExecutionEnded : AuditRecord
{
    /// <summary>Its workflow id.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>How: <c>completed</c>, <c>failed</c>, <c>cancelled</c>, <c>terminated</c>, <c>timed-out</c>.</summary>
    public required string Status { get; init; }

    /// <inheritdoc/>
    public override string Type => "execution.end";

    /// <inheritdoc/>
    public override string Action => "end";

    private protected override AuditResource Subject => new("execution", ExecutionId);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["status"] = Status;
    }
}
