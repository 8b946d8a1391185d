using Google.Protobuf;
using Mandate.Audit;
using Mandate.Gateway.Calls;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Auditing;

/// <summary>
/// Records what was allowed: what changes something before it happens, so that nothing happens unrecorded even if the process dies in between, and its outcome before that is
/// acknowledged; what only shows something once, before the answer leaves. Denials are recorded by the stage that denies.
/// </summary>
internal sealed class AuditStage(GatewayAudit audit)
{
    public RpcHandler Wrap(RpcHandler next) => call =>
    {
        var about = GatewayCall.Of(call);
        return about.Entry.Recording == RpcRecording.Denials || (about.Entry.Recording == RpcRecording.Once && about.Facts.Continues) ? next(call) : RecordAsync(next, call, about);
    };

    private async Task<IMessage> RecordAsync(RpcHandler next, RpcCall call, GatewayCall about)
    {
        var type = about.Entry.Type;
        if (about.Entry.Recording == RpcRecording.BeforeAndAfter)
            await audit.RecordAsync(call, about, type + ".requested", AuditResult.Success).ConfigureAwait(false);
        IMessage answer;
        try
        {
            answer = await next(call).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            var reason = Refusals.ReasonOf(e);
            await audit.RecordAsync(call, about, type, reason is null ? AuditResult.Failure : AuditResult.Denied, ("reason", reason ?? e.Code.ToString())).ConfigureAwait(false);
            throw;
        }

        await audit.RecordAsync(call, RunIdOf(answer) is { Length: > 0 } runId ? about with { Facts = about.Facts with { RunId = runId }, Run = about.Run is { } run ? run with { RunId = runId } : null } : about,
            type, AuditResult.Success).ConfigureAwait(false);
        return answer;
    }

    private static string? RunIdOf(IMessage answer) => answer switch
    {
        StartWorkflowExecutionResponse r => r.RunId,
        SignalWithStartWorkflowExecutionResponse r => r.RunId,
        ExecuteMultiOperationResponse r => r.Responses.FirstOrDefault(o => o.StartWorkflow is not null)?.StartWorkflow.RunId,
        ResetWorkflowExecutionResponse r => r.RunId,
        _ => null,
    };
}
