using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Protocol.Failures;

/// <summary>A child workflow failed; the inner exception says how.</summary>
public sealed class ChildWorkflowFailureException : FailureException
{
    internal ChildWorkflowFailureException(ReceivedFailure received, Exception? inner)
        : base(received, inner)
    {
        var info = received.Failure.ChildWorkflowExecutionFailureInfo;
        Namespace = info.Namespace;
        WorkflowId = info.WorkflowExecution?.WorkflowId ?? string.Empty;
        RunId = info.WorkflowExecution?.RunId ?? string.Empty;
        WorkflowType = info.WorkflowType?.Name ?? string.Empty;
        RetryState = info.RetryState;
    }

    /// <summary>Namespace of the child.</summary>
    public string Namespace { get; }

    /// <summary>Workflow id of the child.</summary>
    public string WorkflowId { get; }

    /// <summary>Run id of the child; empty when it never started.</summary>
    public string RunId { get; }

    /// <summary>Workflow type of the child.</summary>
    public string WorkflowType { get; }

    /// <summary>Why there was no further attempt.</summary>
    public RetryState RetryState { get; }
}
