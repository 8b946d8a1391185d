using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Propagation;

namespace Mandate.Stateful.Sealing;

/// <summary>Finds out whose tree a run belongs to: from the signed principal in its first event, which nobody but the pipeline can write.</summary>
internal sealed class TargetRuns(RpcHandler engine, PrincipalVerifier verifier)
{
    /// <summary>The run; null where there is none, or it belongs to nobody.</summary>
    public async Task<TargetRun?> FindAsync(string @namespace, WorkflowExecution execution, CancellationToken cancellation)
    {
        try
        {
            var first = (GetWorkflowExecutionHistoryResponse)await engine(new RpcCall(
                new GetWorkflowExecutionHistoryRequest { Namespace = @namespace, Execution = execution, MaximumPageSize = 1 }, cancellation)).ConfigureAwait(false);
            if (first.History?.Events is not [{ WorkflowExecutionStartedEventAttributes: { } started }, ..])
                return null;
            var root = started.RootWorkflowExecution is { WorkflowId.Length: > 0 } top ? top.WorkflowId : execution.WorkflowId;
            var verdict = await verifier.VerifyAsync(EnvelopeHeader.Read(started.Header?.Fields), @namespace, root, cancellation).ConfigureAwait(false);
            return verdict.IsAccepted ? new(execution.WorkflowId, new(verdict.Principal.TenantId, root, verdict.Principal.UserId)) : null;
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.NotFound or RpcStatusCode.InvalidArgument)
        {
            return null;
        }
    }

    /// <summary>Whether a workflow of that id runs now.</summary>
    public async Task<bool> IsRunningAsync(string @namespace, string workflowId, CancellationToken cancellation)
    {
        try
        {
            var described = (DescribeWorkflowExecutionResponse)await engine(new RpcCall(
                new DescribeWorkflowExecutionRequest { Namespace = @namespace, Execution = new() { WorkflowId = workflowId } }, cancellation)).ConfigureAwait(false);
            return described.WorkflowExecutionInfo.Status is WorkflowExecutionStatus.Running;
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.NotFound)
        {
            return false;
        }
    }
}
