namespace Mandate.Temporal.Workflows;

/// <summary>How another workflow is signalled.</summary>
public sealed record ExternalWorkflowSignalOptions
{
    /// <summary>Takes the signal back while it is not sent yet; the workflow's own token when null.</summary>
    public CancellationToken? CancellationToken { get; init; }
}
