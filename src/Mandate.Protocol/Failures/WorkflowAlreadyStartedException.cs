namespace Mandate.Protocol.Failures;

/// <summary>A workflow with that id exists, and the id policies of the start forbid another.</summary>
public sealed class WorkflowAlreadyStartedException : FailureException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="workflowId">Id of the workflow.</param>
    /// <param name="workflowType">Type of the workflow that was to start.</param>
    /// <param name="runId">The run that exists; empty where the service does not say, as for a child.</param>
    public WorkflowAlreadyStartedException(string message, string workflowId, string workflowType, string runId)
        : base(message, inner: null)
    {
        WorkflowId = workflowId;
        WorkflowType = workflowType;
        RunId = runId;
    }

    /// <summary>Id of the workflow.</summary>
    public string WorkflowId { get; }

    /// <summary>Type of the workflow that was to start.</summary>
    public string WorkflowType { get; }

    /// <summary>The run that exists; empty where the service does not say, as for a child.</summary>
    public string RunId { get; }
}
