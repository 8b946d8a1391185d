using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Client;

/// <summary>The query's handler failed, or there is none.</summary>
public sealed class WorkflowQueryFailedException(string message, Exception? inner = null) : TemporalException(message, inner);
