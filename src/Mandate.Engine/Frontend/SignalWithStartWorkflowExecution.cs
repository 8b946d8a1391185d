using Mandate.Engine.History;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Signals the running workflow, or starts it with the signal right behind its first event.</summary>
internal sealed class SignalWithStartWorkflowExecution(EngineCore core)
    : Endpoint<SignalWithStartWorkflowExecutionRequest, SignalWithStartWorkflowExecutionResponse>(core)
{
    protected override async Task<SignalWithStartWorkflowExecutionResponse> HandleAsync(SignalWithStartWorkflowExecutionRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        Check.Name(request.SignalName, "signal name", Limits);
        Check.Size(request.SignalInput, "signal input", Limits);
        var spec = StartRequests.ToSpec(Core, ToStart(request));
        await SearchAttributeAdmission.AdmitAsync(Core, ns, request.SearchAttributes).ConfigureAwait(false);
        var outcome = await Core.Chains.ChangeAsync(ns, request.WorkflowId, transaction =>
        {
            // Who repeats a request whose answer was lost finds the run that has the signal, also when that has ended, and starts no other.
            if (request.RequestId.Length > 0 && transaction.Chain.Latest is { } latest && transaction.Open(latest.RunId).State.SignalRequestIds.Contains(request.RequestId))
                return new(latest.RunId, latest.FirstRunId, latest.Status) { IsStart = latest.RequestId == request.RequestId };
            var started = WorkflowStart.Decide(transaction, spec);
            var run = started.Started ?? transaction.OpenRunning(started.RunId);
            run.Signal(request.SignalName, request.SignalInput, request.Header, request.Identity, request.RequestId, from: null, request.Links);
            return started;
        }).ConfigureAwait(false);
        return new() { RunId = outcome.RunId, FirstExecutionRunId = outcome.FirstRunId, Started = outcome.IsStart };
    }

    private static StartWorkflowExecutionRequest ToStart(SignalWithStartWorkflowExecutionRequest request)
    {
        var start = new StartWorkflowExecutionRequest
        {
            Namespace = request.Namespace,
            WorkflowId = request.WorkflowId,
            WorkflowType = request.WorkflowType,
            TaskQueue = request.TaskQueue,
            Input = request.Input,
            WorkflowExecutionTimeout = request.WorkflowExecutionTimeout,
            WorkflowRunTimeout = request.WorkflowRunTimeout,
            WorkflowTaskTimeout = request.WorkflowTaskTimeout,
            Identity = request.Identity,
            RequestId = request.RequestId,
            WorkflowIdReusePolicy = request.WorkflowIdReusePolicy,
            // The point of the call: what runs is used unless it is to be replaced.
            WorkflowIdConflictPolicy = request.WorkflowIdConflictPolicy is WorkflowIdConflictPolicy.Unspecified && request.WorkflowIdReusePolicy != WorkflowIdReusePolicy.TerminateIfRunning
                ? WorkflowIdConflictPolicy.UseExisting
                : request.WorkflowIdConflictPolicy,
            RetryPolicy = request.RetryPolicy,
            CronSchedule = request.CronSchedule,
            Memo = request.Memo,
            SearchAttributes = request.SearchAttributes,
            Header = request.Header,
            WorkflowStartDelay = request.WorkflowStartDelay,
            UserMetadata = request.UserMetadata,
            Priority = request.Priority,
        };
        start.Links.AddRange(request.Links);
        return start;
    }
}
