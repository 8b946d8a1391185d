namespace Mandate.Audit.Records;

/// <summary>A worker proved who it is, or failed to.</summary>
public sealed record WorkerAuthenticated : AuditRecord
{
    /// <summary>The worker's client id; empty when it named none.</summary>
    public required string WorkerId { get; init; }

    /// <summary>How, such as <c>client-credentials</c> or <c>mutual-tls</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Task queues it may poll; null when that was not decided.</summary>
    public string? TaskQueues { get; init; }

    /// <inheritdoc/>
    public override string Type => "worker.authenticate";

    /// <inheritdoc/>
    public override string Action => "authenticate";

    private protected override AuditResource Subject => new("worker", WorkerId);

    private protected override void Describe(IDictionary<string, string> metadata)
    {
        metadata["method"] = Method;
        metadata.AddIfAny("taskQueues", TaskQueues);
    }
}
