using System.Security.Cryptography;
using System.Text.Json;
using Mandate.Auditing;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.TaskQueue.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Rest.Model;
using Mandate.Rest.Problems;
using Caller = Mandate.Identity.Caller;
using Principal = Mandate.Identity.Principal;

namespace Mandate.Executions;

/// <summary>
/// Starts an execution for a caller: 1. the type must be known, 2. the request is recorded, 3. the start is stamped with the signed principal by the pipeline and made durable,
/// 4. the outcome is recorded, 5. only then it is acknowledged.
/// </summary>
internal sealed class StartExecution(CallerConnection callers, WorkflowConnection connection, WorkflowCatalogue catalogue, RequestAudit audit)
{
    public async Task<StartedExecution> RunAsync(HttpContext context, Caller caller, StartCommand command)
    {
        var workflowId = command.WorkflowId ?? Guid.CreateVersion7().ToString();
        audit.Concerns(workflowId);
        audit.Detail("workflowType", command.WorkflowType);
        var taskQueue = QueueFor(command);
        audit.Detail("taskQueue", taskQueue);

        await audit.RequestedAsync(context, AuditedAction.StartExecution);
        // From here on the start is brought to its end whether or not the caller still waits: its outcome belongs in the ledger.
        var response = await StartAsync(caller, command, workflowId, taskQueue, CancellationToken.None);
        audit.Within("runId", response.RunId);
        await audit.SucceededAsync(context, AuditedAction.StartExecution);
        return new(workflowId, response.RunId, command.WorkflowType, taskQueue, new(caller.Principal!.UserId, caller.Principal.TenantId));
    }

    private string QueueFor(StartCommand command)
    {
        var queues = catalogue.QueuesOf(command.WorkflowType);
        if (queues.Count == 0)
        {
            throw new ProblemException(ProblemKind.UnknownWorkflowType,
                $"No worker is known for the workflow type `{command.WorkflowType}`. Check its name, host its assembly with Mandate:Workers, or name its task queue under Mandate:Workflows.");
        }

        if (command.TaskQueue is null)
            return queues[0];
        return queues.Contains(command.TaskQueue, StringComparer.Ordinal)
            ? command.TaskQueue
            : throw new ProblemException(ProblemKind.UnknownWorkflowType,
                $"The workflow type `{command.WorkflowType}` is not run on the task queue `{command.TaskQueue}`. Leave `taskQueue` out, or use {string.Join(" or ", queues.Select(q => $"`{q}`"))}.",
                "task-queue-unknown");
    }

    private Task<StartWorkflowExecutionResponse> StartAsync(Caller caller, StartCommand command, string workflowId, string taskQueue, CancellationToken cancellation) =>
        callers.CallAsync<StartWorkflowExecutionResponse>(
            caller,
            new StartWorkflowExecutionRequest
            {
                Namespace = connection.Namespace,
                WorkflowId = workflowId,
                WorkflowType = new WorkflowType { Name = command.WorkflowType },
                TaskQueue = new TaskQueue { Name = taskQueue, Kind = TaskQueueKind.Normal },
                Input = JsonPayload.Of(command.Arguments),
                Identity = RunIdentity.ServiceName,
                RequestId = RequestId(caller.Principal!, command, workflowId),
                WorkflowIdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate,
                WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.Fail,
            },
            cancellation);

    /// <summary>The engine deduplicates starts by this. The caller is part of it, so that nobody can hit upon another's request.</summary>
    private static string RequestId(Principal caller, StartCommand command, string workflowId) => command.IdempotencyKey is { } key
        ? Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes([caller.TenantId, caller.UserId, workflowId, key], Rest.RestJson.Context.StringArray)))
        : Guid.CreateVersion7().ToString();
}
