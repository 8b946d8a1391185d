namespace Mandate.Audit.Records;

/// <summary>Somebody signalled, queried, updated, cancelled, terminated or reset an execution, or was refused.</summary>
public sealed record ExecutionMessaged : AuditRecord
{
    /// <summary>Workflow id of the execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>What was sent: <c>signal</c>, <c>query</c>, <c>update</c>, <c>cancel</c>, <c>terminate</c> or <c>reset</c>.</summary>
    public required string Message { get; init; }

    /// <summary>Name of the signal, query or update; null for the others.</summary>
    public string? Name { get; init; }

    /// <inheritdoc/>
    public override string Type => "execution." + Message;

    /// <inheritdoc/>
    public override string Action => Message;

    private protected override AuditResource Subject => new("execution", ExecutionId);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata.AddIfAny("name", Name);
    }
}
