using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Client;

/// <summary>The run continued as a new one, and the result of this very run was asked for.</summary>
public sealed class WorkflowContinuedAsNewException(string newRunId) : TemporalException($"The workflow continued as run {newRunId}.", inner: null)
{
    /// <summary>The run that goes on.</summary>
    public string NewRunId { get; } = newRunId;
}
