using Mandate.Engine.Frontend;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Engine.History.Updates;

/// <summary>How updates end that the workflow itself does not end.</summary>
internal static class UpdateFailures
{
    /// <summary>The worker answered the task that carried the update, but not the update.</summary>
    public static Outcome Unprocessed { get; } = Failed(
        "UnprocessedUpdate",
        "The worker completed the workflow task without accepting or rejecting the update. Its SDK may not know updates.");

    /// <summary>The workflow accepted the update and ended before completing it.</summary>
    public static Outcome WorkflowCompleted { get; } = Failed(
        "AcceptedUpdateCompletedWorkflow",
        "The workflow ended before it completed the update it had accepted.");

    /// <summary>The workflow ended before it saw the update.</summary>
    public static RpcException Closed(string workflowId) => Errors.RunClosed(workflowId);

    /// <summary>The workflow goes on in another run, which a retry will find.</summary>
    public static RpcException Continuing(string workflowId) => Errors.Exhausted(
        $"Workflow '{Errors.Shorten(workflowId)}' is being continued in a new run. Retry: the update will reach that one.",
        ResourceExhaustedCause.BusyWorkflow);

    private static Outcome Failed(string type, string message) => new()
    {
        Failure = new Failure { Message = message, Source = "Server", ApplicationFailureInfo = new() { Type = type, NonRetryable = true } },
    };
}
