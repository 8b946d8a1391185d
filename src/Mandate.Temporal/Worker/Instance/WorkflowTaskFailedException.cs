namespace Mandate.Temporal.Worker.Instance;

/// <summary>Workflow code failed in a way that fails the workflow task, not the workflow.</summary>
internal sealed class WorkflowTaskFailedException(Exception cause) : Exception(cause.Message, cause);
