using System.Text;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Workflow.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Propagation;

namespace Mandate.Stateful.Sealing;

/// <summary>
/// Finds out whose tree a run belongs to, from the signed principal in its first event, which nobody but the pipeline can write, and where in the tree it stands, from what the engine knows
/// of its parents.
/// </summary>
internal sealed class TargetRuns(RpcHandler engine, PrincipalVerifier verifier)
{
    /// <summary>Events, from the newest on, among which a message is looked for that may have been sent before: who repeats one does so within moments.</summary>
    private const int EventsOfARepetition = 250;

    /// <summary>Deepest tree that is looked through.</summary>
    private const int MaximumDepth = 1_000;

    /// <summary>The run that a message reaches; null where none runs, or it belongs to nobody.</summary>
    public async Task<TargetRun?> FindOpenAsync(string @namespace, WorkflowExecution execution, CancellationToken cancellation) =>
        await DescribeAsync(@namespace, execution, cancellation).ConfigureAwait(false) is { Status: WorkflowExecutionStatus.Running } info
            ? await FindAsync(@namespace, info.Execution, cancellation).ConfigureAwait(false)
            : null;

    /// <summary>A run, whether or not it has ended; null where there is none, or it belongs to nobody.</summary>
    public async Task<TargetRun?> FindAsync(string @namespace, WorkflowExecution execution, CancellationToken cancellation)
    {
        if (await StartOfAsync(@namespace, execution, cancellation).ConfigureAwait(false) is not { } started)
            return null;
        var root = started.RootWorkflowExecution is { WorkflowId.Length: > 0 } top ? top.WorkflowId : started.ParentWorkflowExecution is null ? execution.WorkflowId : "";
        var verdict = await verifier.VerifyAsync(EnvelopeHeader.Read(started.Header?.Fields), @namespace, root, cancellation).ConfigureAwait(false);
        return verdict.IsAccepted
            ? new(execution.WorkflowId, new(verdict.Principal.TenantId, root, verdict.Principal.UserId), started.ParentWorkflowExecution, StartAddress.HostsOf(started))
            : null;
    }

    /// <summary>Whether there is such a run, and it was started with a reference.</summary>
    public async Task<bool> BeganWithAsync(string @namespace, string workflowId, string runId, CredentialReference reference, CancellationToken cancellation) =>
        await StartOfAsync(@namespace, new() { WorkflowId = workflowId, RunId = runId }, cancellation).ConfigureAwait(false) is { Input: { } input } && Holds(input, reference);

    /// <summary>
    /// What a message that the engine has answered had brought the run before, where that is another reference: then the engine knew the message by its id, and delivered nothing. Null where
    /// it was delivered now.
    /// </summary>
    /// <param name="namespace">Namespace.</param>
    /// <param name="execution">The run that the message reached.</param>
    /// <param name="id">Request id of a signal, or id of an update; empty where it has none.</param>
    /// <param name="reference">What the message brought this time.</param>
    public async Task<Payloads?> FindRepeatedAsync(string @namespace, WorkflowExecution execution, string id, CredentialReference reference)
    {
        if (id.Length == 0)
            return null;
        var newest = (GetWorkflowExecutionHistoryReverseResponse)await engine(new RpcCall(
            new GetWorkflowExecutionHistoryReverseRequest { Namespace = @namespace, Execution = execution, MaximumPageSize = EventsOfARepetition })).ConfigureAwait(false);
        return newest.History?.Events.Select(e => InputOf(e, id)).FirstOrDefault(i => i is not null) is { } delivered && !Holds(delivered, reference) ? delivered : null;
    }

    /// <summary>Whether a workflow, by id, is one of those that a run descends from, as the engine knows them.</summary>
    public async Task<bool> DescendsFromAsync(string @namespace, TargetRun run, string workflowId, CancellationToken cancellation)
    {
        if (run.Parent is null)
            return false;
        if (workflowId == run.Owner.Tree)
            return true;
        var parent = run.Parent;
        for (var i = 0; i < MaximumDepth && parent is not null && parent.WorkflowId != run.Owner.Tree; i++)
        {
            if (parent.WorkflowId == workflowId)
                return true;
            // A parent that has continued as new may be known by its newest run only; that is of the same tree or another workflow. By first events: to describe a parent lists its children.
            var start = await StartOfAsync(@namespace, parent, cancellation).ConfigureAwait(false)
                ?? (await StartOfAsync(@namespace, new() { WorkflowId = parent.WorkflowId }, cancellation).ConfigureAwait(false) is { } newest && newest.RootWorkflowExecution?.WorkflowId == run.Owner.Tree ? newest : null);
            parent = start?.ParentWorkflowExecution;
        }

        return false;
    }

    /// <summary>What the engine says of a run, or of the newest one of an id; null where there is none.</summary>
    public async Task<WorkflowExecutionInfo?> DescribeAsync(string @namespace, WorkflowExecution execution, CancellationToken cancellation)
    {
        try
        {
            return ((DescribeWorkflowExecutionResponse)await engine(new RpcCall(
                new DescribeWorkflowExecutionRequest { Namespace = @namespace, Execution = execution }, cancellation)).ConfigureAwait(false)).WorkflowExecutionInfo;
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.NotFound or RpcStatusCode.InvalidArgument)
        {
            return null;
        }
    }

    /// <summary>Workflow id at the top of a run's tree, found by way of its parents where the server does not name it.</summary>
    public async Task<string> TreeOfAsync(string @namespace, WorkflowExecutionInfo info, CancellationToken cancellation)
    {
        if (RootOf(info) is { Length: > 0 } root)
            return root;
        var (top, parent) = (info.Execution.WorkflowId, info.ParentExecution);
        for (var i = 0; i < MaximumDepth && parent is not null; i++)
        {
            top = parent.WorkflowId;
            parent = (await StartOfAsync(@namespace, parent, cancellation).ConfigureAwait(false))?.ParentWorkflowExecution;
        }

        return top;
    }

    /// <summary>Workflow id at the top of a run's tree; empty for a child, where the server does not name it.</summary>
    public static string RootOf(WorkflowExecutionInfo info) =>
        info.RootExecution is { WorkflowId.Length: > 0 } root ? root.WorkflowId : info.ParentExecution is null ? info.Execution.WorkflowId : "";

    /// <summary>What a message brought, by its event; null where the event is not that of the message.</summary>
    private static Payloads? InputOf(HistoryEvent item, string id) => item switch
    {
        { WorkflowExecutionSignaledEventAttributes: { } signal } when signal.RequestId == id => signal.Input ?? new(),
        { WorkflowExecutionUpdateAcceptedEventAttributes.AcceptedRequest: { } update } when update.Meta?.UpdateId == id => update.Input?.Args ?? new(),
        _ => null,
    };

    private static bool Holds(Payloads input, CredentialReference reference)
    {
        var fingerprint = Encoding.ASCII.GetBytes(reference.Fingerprint);
        return input.Payloads_.Any(p => p.Data.Span.IndexOf(fingerprint) >= 0);
    }

    private async Task<WorkflowExecutionStartedEventAttributes?> StartOfAsync(string @namespace, WorkflowExecution execution, CancellationToken cancellation)
    {
        try
        {
            var first = (GetWorkflowExecutionHistoryResponse)await engine(new RpcCall(
                new GetWorkflowExecutionHistoryRequest { Namespace = @namespace, Execution = execution, MaximumPageSize = 1 }, cancellation)).ConfigureAwait(false);
            return first.History?.Events is [{ WorkflowExecutionStartedEventAttributes: { } started }, ..] ? started : null;
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.NotFound or RpcStatusCode.InvalidArgument)
        {
            return null;
        }
    }
}
