using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker;

/// <content>Logging.</content>
internal sealed partial class WorkflowTaskHandler
{
    private static partial class Log
    {
        [LoggerMessage(2011, LogLevel.Error, "A workflow task of {WorkflowId}/{RunId} could not be worked on; it times out and comes again")]
        internal static partial void TaskBroken(ILogger logger, string? workflowId, string? runId, Exception e);

        [LoggerMessage(2012, LogLevel.Warning, "A workflow task of {WorkflowType} {WorkflowId}/{RunId} failed (attempt {Attempt}, {Cause})")]
        internal static partial void TaskFailed(ILogger logger, string workflowType, string workflowId, string runId, int attempt, WorkflowTaskFailedCause cause, Exception e);

        [LoggerMessage(2013, LogLevel.Debug, "The server no longer waits for the workflow task of {WorkflowId}/{RunId}")]
        internal static partial void TaskGone(ILogger logger, string workflowId, string runId);

        [LoggerMessage(2014, LogLevel.Warning, "The completion of a workflow task of {WorkflowId}/{RunId} was refused with {Code}: {Message}")]
        internal static partial void CompletionRefused(ILogger logger, string workflowId, string runId, RpcStatusCode code, string message);

        [LoggerMessage(2015, LogLevel.Warning, "The failure of a workflow task could not be reported ({Code}: {Message}); the task times out")]
        internal static partial void FailureNotReported(ILogger logger, RpcStatusCode code, string message);

        [LoggerMessage(2016, LogLevel.Warning, "A query of {WorkflowId}/{RunId} could not be answered ({Code}: {Message})")]
        internal static partial void QueryNotAnswered(ILogger logger, string workflowId, string runId, RpcStatusCode code, string message);
    }
}
