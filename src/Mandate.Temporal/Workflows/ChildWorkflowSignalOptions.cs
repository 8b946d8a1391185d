namespace Mandate.Temporal.Workflows;

/// <summary>How a child is signalled.</summary>
public sealed record ChildWorkflowSignalOptions
{
    /// <summary>Takes the signal back while it is not sent yet; the workflow's own token when null.</summary>
    public CancellationToken? CancellationToken { get; init; }
}
