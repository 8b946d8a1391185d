using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Client;

/// <summary>The workflow did not complete; the inner exception says why: an application failure, cancellation, termination or time-out.</summary>
public sealed class WorkflowFailedException(string message, Exception? inner) : TemporalException(message, inner);
