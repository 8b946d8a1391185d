using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Client;

/// <summary>The update was rejected, or its handler failed; the inner exception says why.</summary>
public sealed class WorkflowUpdateFailedException(Exception? inner) : TemporalException("The workflow update failed.", inner);
