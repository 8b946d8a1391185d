using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Client;
using Mandate.Temporal.Interceptors;

namespace Mandate.Identity.Propagation;

/// <summary>
/// A start carries the current principal, fixed to the new run; a signal, update or query carries the current principal as its sender. Whatever the caller put under these names is
/// replaced. Without a current principal nothing is sent: <see cref="Principal.Current"/> says what is missing.
/// </summary>
internal sealed class IdentityClientOutbound(ClientOutboundInterceptor next, PrincipalSigner signer, string @namespace) : ClientOutboundInterceptor(next)
{
    public override Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input)
    {
        var headers = StampStart(input.Headers, input.Options.Id);
        // The headers of a signal with the start go to the signal as well, which may reach a run that is somebody else's.
        headers = input.Options.StartSignal is { } signal
            ? StampMessage(headers, input.Options.Id!, WorkflowMessageKind.Signal, signal)
            : headers.With(IdentityHeaders.Actor, payload: null);
        return base.StartWorkflowAsync<TWorkflow, TResult>(input with { Headers = headers });
    }

    public override Task SignalWorkflowAsync(SignalWorkflowInput input) =>
        base.SignalWorkflowAsync(input with { Headers = StampMessageAlone(input.Headers, input.Id, WorkflowMessageKind.Signal, input.Signal) });

    public override Task<TResult> QueryWorkflowAsync<TResult>(QueryWorkflowInput input) =>
        base.QueryWorkflowAsync<TResult>(input with { Headers = StampMessageAlone(input.Headers, input.Id, WorkflowMessageKind.Query, input.Query) });

    public override Task<WorkflowUpdateHandle<TResult>> StartWorkflowUpdateAsync<TResult>(StartWorkflowUpdateInput input) =>
        base.StartWorkflowUpdateAsync<TResult>(input with { Headers = StampMessageAlone(input.Headers, input.Id, WorkflowMessageKind.Update, input.Update) });

    public override Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(StartUpdateWithStartWorkflowInput input) =>
        base.StartUpdateWithStartWorkflowAsync<TUpdateResult>(input with
        {
            Headers = StampMessageAlone(input.Headers, RequireId(input.Options.Start.Id), WorkflowMessageKind.Update, input.Update),
            StartHeaders = StampStart(input.StartHeaders, input.Options.Start.Id).With(IdentityHeaders.Actor, payload: null),
        });

    private IReadOnlyDictionary<string, Payload> StampStart(IReadOnlyDictionary<string, Payload>? headers, string? workflowId) =>
        headers.With(IdentityHeaders.Principal, HeaderPayload.Write(signer.SignPrincipal(Principal.Current, @namespace, RequireId(workflowId))));

    private IReadOnlyDictionary<string, Payload> StampMessage(IReadOnlyDictionary<string, Payload>? headers, string workflowId, WorkflowMessageKind kind, string name) =>
        headers.With(IdentityHeaders.Actor, HeaderPayload.Write(signer.SignActor(Principal.Current, @namespace, workflowId, kind, name)));

    private IReadOnlyDictionary<string, Payload> StampMessageAlone(IReadOnlyDictionary<string, Payload>? headers, string workflowId, WorkflowMessageKind kind, string name) =>
        StampMessage(headers.With(IdentityHeaders.Principal, payload: null), workflowId, kind, name);

    private static string RequireId(string? workflowId) =>
        workflowId ?? throw new ArgumentException("A workflow that is started needs an id: its principal is fixed to it.", nameof(workflowId));
}
