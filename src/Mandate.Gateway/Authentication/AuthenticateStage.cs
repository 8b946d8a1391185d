using System.Net;
using Google.Protobuf;
using Mandate.Gateway.Auditing;
using Mandate.Gateway.Calls;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Authentication;

/// <summary>
/// Finds out who calls. (1) The RPC must be in the table. (2) Credentials are judged; a call without any is refused, unless it comes from this machine and the settings name who such
/// a caller is. (3) The caller's credentials, and what it claims about itself, end here.
/// </summary>
internal sealed class AuthenticateStage(GatewayOptions options, GatewayAudit audit)
{
    private static readonly CallerRefusal Ambiguous = new("credentials-ambiguous", "Send one `authorization` and one `x-api-key` at most.");
    private static readonly CallerRefusal Missing = new(
        "credentials-missing", "Send an access token or API key in the metadata `authorization: Bearer …`, or connect with a client certificate.");

    private static readonly Caller Nobody = new() { Subject = "anonymous", Kind = CallerKind.User, CredentialId = "none", Principal = null };

    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        var about = await AuthenticateAsync(call).ConfigureAwait(false);
        if (CallMetadata.ClaimsIn(call.Metadata) is { Count: > 0 } claims)
            await audit.SpoofAsync(call, about, claims).ConfigureAwait(false);
        return await next(Known(call, about) with { Metadata = CallMetadata.Clean(call.Metadata) }).ConfigureAwait(false);
    };

    /// <summary>A call of somebody in this process, who is known by construction.</summary>
    public static RpcCall Trusted(RpcCall call, Caller caller, bool isRecordedByCaller)
    {
        var entry = RpcTable.Find(call.Method) ?? throw Unknown(call);
        return Known(call, new(entry, entry.Read(call.Request), caller) { IsRecordedByCaller = isRecordedByCaller });
    }

    private static RpcCall Known(RpcCall call, GatewayCall about) => call with { Caller = new CallerPrincipal(about.Caller!), Context = about, ClientCertificate = null };

    /// <summary>The words in which SDKs look for an RPC that a service does not have.</summary>
    private static RpcException Unknown(RpcCall call) => new(RpcStatusCode.Unimplemented, $"unknown method {call.Method.Name} for service {call.Method.Service}");

    private async ValueTask<GatewayCall> AuthenticateAsync(RpcCall call)
    {
        if (RpcTable.Find(call.Method) is not { } entry)
        {
            await audit.DeniedAsync(call, new(new(call.Method, RpcGroup.Operator, RpcRecording.Denials, "rpc.unknown", "call", "rpc", _ => new()), new() { Subject = call.Method.Name }, null), "rpc-unknown")
                .ConfigureAwait(false);
            throw Unknown(call);
        }

        var about = new GatewayCall(entry, entry.Read(call.Request), Caller: null);
        var credentials = CallMetadata.Credentials(call);
        if (credentials is { BearerToken: null, ApiKey: null, ClientCertificate: null })
        {
            if (options.LoopbackCaller is { } local && IsLocal(call.Peer))
                return about with { Caller = local };
            if (options.AllowAnonymousSystemInfo && call.Request is GetSystemInfoRequest)
                return about with { Caller = Nobody };
            throw await RefuseAsync(call, about, Missing).ConfigureAwait(false);
        }

        var verdict = credentials is null ? CallerVerdict.Refuse(Ambiguous) : await options.Authenticator.AuthenticateAsync(credentials, call.Cancellation).ConfigureAwait(false);
        return verdict.IsAccepted ? about with { Caller = verdict.Caller } : throw await RefuseAsync(call, about, verdict.Refusal).ConfigureAwait(false);
    }

    private async Task<RpcException> RefuseAsync(RpcCall call, GatewayCall about, CallerRefusal refusal)
    {
        await audit.DeniedAsync(call, about, refusal.Reason).ConfigureAwait(false);
        var code = refusal.Kind switch
        {
            CallerRefusalKind.Forbidden => RpcStatusCode.PermissionDenied,
            CallerRefusalKind.Unavailable => RpcStatusCode.Unavailable,
            _ => RpcStatusCode.Unauthenticated,
        };
        return Refusals.Create(code, refusal.Message, refusal.Reason);
    }

    private static bool IsLocal(string? peer) => peer is not null && IPEndPoint.TryParse(peer, out var endPoint) && IPAddress.IsLoopback(endPoint.Address);
}
