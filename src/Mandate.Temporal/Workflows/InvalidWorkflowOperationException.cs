using Mandate.Protocol.Failures;

namespace Mandate.Temporal.Workflows;

/// <summary>Workflow code did what it may not do, such as scheduling work in a query. It fails the workflow task, which is tried again once the code is mended.</summary>
public sealed class InvalidWorkflowOperationException(string message, Exception? inner = null) : TemporalException(message, inner);
