using System.Text.Json;
using Mandate.Auditing;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Rest.Problems;

namespace Mandate.Executions;

/// <summary>
/// Signals an execution of the caller's tenant. The run's initiator stays who it is; the caller travels as the signal's own actor and is what the ledger names.
/// </summary>
internal sealed class SignalExecution(CallerConnection callers, WorkflowConnection connection, FindExecution find, RequestAudit audit)
{
    public async Task RunAsync(HttpContext context, Caller caller, string workflowId, string? runId, string signal, IReadOnlyList<JsonElement> arguments)
    {
        audit.Concerns(workflowId);
        audit.Detail("signal", signal);
        var found = await find.RunAsync(caller, workflowId, runId, context.RequestAborted);
        audit.Within("runId", found.Execution.RunId);
        audit.Detail("initiator", found.Owner.UserId);
        if (found.Info.Status != WorkflowExecutionStatus.Running)
            throw Closed();

        await audit.RequestedAsync(context, AuditedAction.SignalExecution);
        try
        {
            await callers.CallAsync<SignalWorkflowExecutionResponse>(
                caller,
                new SignalWorkflowExecutionRequest
                {
                    Namespace = connection.Namespace,
                    WorkflowExecution = found.Execution,
                    SignalName = signal,
                    Input = JsonPayload.Of(arguments),
                    Identity = RunIdentity.ServiceName,
                    RequestId = Guid.CreateVersion7().ToString(),
                },
                // Brought to its end whether or not the caller still waits: its outcome belongs in the ledger.
                CancellationToken.None);
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.NotFound)
        {
            throw Closed();
        }

        await audit.SucceededAsync(context, AuditedAction.SignalExecution);
    }

    private static ProblemException Closed() => new(ProblemKind.ExecutionClosed, "The execution has ended, so it takes no more signals.");
}
