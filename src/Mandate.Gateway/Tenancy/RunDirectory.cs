using Mandate.Gateway.Stamping;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Principal = Mandate.Identity.Principal;

namespace Mandate.Gateway.Tenancy;

/// <summary>
/// To whom runs belong. That is read from the signed principal in a run's first event, which no caller and no worker can change, so neither a memo nor a name moves a run to another
/// tenant.
/// </summary>
internal sealed class RunDirectory(RpcHandler engine, PrincipalVerifier verifier, Principal? systemPrincipal)
{
    private const int CacheSize = 20_000;
    private readonly GenerationCache<(string Namespace, string RunId), RunFacts> _byRun = new(CacheSize);

    /// <summary>The run, or the latest one of the id; null when there is none.</summary>
    /// <exception cref="RpcException">The engine could not say.</exception>
    public async ValueTask<RunFacts?> FindAsync(string @namespace, string workflowId, string runId, CancellationToken cancellation)
    {
        if (runId.Length > 0 && _byRun.Find((@namespace, runId)) is { } known)
            return string.Equals(known.WorkflowId, workflowId, StringComparison.Ordinal) ? known : null;
        GetWorkflowExecutionHistoryResponse first;
        try
        {
            first = await engine.CallAsync<GetWorkflowExecutionHistoryResponse>(
                new GetWorkflowExecutionHistoryRequest
                {
                    Namespace = @namespace, Execution = new WorkflowExecution { WorkflowId = workflowId, RunId = runId }, MaximumPageSize = 1,
                },
                cancellation).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.NotFound or RpcStatusCode.InvalidArgument)
        {
            // INVALID_ARGUMENT: an id that no run can have. The engine says so again when the call reaches it.
            return null;
        }

        return first.History?.Events is [{ AttributesCase: HistoryEvent.AttributesOneofCase.WorkflowExecutionStartedEventAttributes } started, ..]
            ? await ReadAsync(@namespace, workflowId, runId, started.WorkflowExecutionStartedEventAttributes, cancellation).ConfigureAwait(false)
            : null;
    }

    /// <summary>The run of a workflow task, whose history is at hand as far as the task brought it.</summary>
    public ValueTask<RunFacts?> OfTaskAsync(string @namespace, WorkflowExecution execution, History? history, CancellationToken cancellation)
    {
        if (_byRun.Find((@namespace, execution.RunId)) is { } known && known.WorkflowId == execution.WorkflowId)
            return new(known);
        return history?.Events is [{ EventId: 1, AttributesCase: HistoryEvent.AttributesOneofCase.WorkflowExecutionStartedEventAttributes } started, ..]
            ? ReadAsync(@namespace, execution.WorkflowId, execution.RunId, started.WorkflowExecutionStartedEventAttributes, cancellation)
            : FindAsync(@namespace, execution.WorkflowId, execution.RunId, cancellation);
    }

    private async ValueTask<RunFacts?> ReadAsync(string @namespace, string workflowId, string runId, WorkflowExecutionStartedEventAttributes started, CancellationToken cancellation)
    {
        // A child whose server does not say where the tree begins cannot be tied to it: nothing is fixed to the empty id.
        var root = started.RootWorkflowExecution is { WorkflowId.Length: > 0 } top ? top.WorkflowId : started.ParentWorkflowExecution is null ? workflowId : "";
        var envelope = IdentityHeader.Read(started.Header, IdentityHeaders.Principal);
        var (principal, refusal) = envelope is null && systemPrincipal is not null
            ? (systemPrincipal, (PrincipalRefusal?)null)
            : await verifier.VerifyAsync(envelope, @namespace, root, cancellation).ConfigureAwait(false) is var verdict
                ? (verdict.Principal, verdict.Refusal)
                : default;
        var facts = new RunFacts(@namespace, workflowId, runId, root, started.WorkflowType?.Name ?? "", started.TaskQueue?.Name ?? "", envelope, principal, refusal);
        if (runId.Length > 0 && refusal is not PrincipalRefusal.KeysUnavailable)
            _byRun.Add((@namespace, runId), facts);
        return facts;
    }
}
