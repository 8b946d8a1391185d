using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Mandate.Gateway.Auditing;
using Mandate.Gateway.Calls;
using Mandate.Gateway.Tenancy;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Workflow.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Principal = Mandate.Identity.Principal;

namespace Mandate.Gateway.Stamping;

/// <summary>
/// Puts on requests what the pipeline knows and nobody else may say: for whom a run starts, who sends a message. What the caller put under these names is removed and recorded. Requests
/// are copied before they are changed: in process they are still the caller's.
/// </summary>
internal sealed class StampStage(GatewayOptions options, TenantAttribute tenants, CommandStamp commands, GatewayAudit audit)
{
    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        var about = GatewayCall.Of(call);
        if (call.Request is RespondWorkflowTaskCompletedRequest completed)
            return await commands.HandleAsync(next, call, about, completed).ConfigureAwait(false);
        var claims = new List<string>();
        var stamped = call.Request switch
        {
            StartWorkflowExecutionRequest r => Start(about, new(r), claims),
            SignalWithStartWorkflowExecutionRequest r => SignalWithStart(about, new(r), claims),
            ExecuteMultiOperationRequest r => Multi(about, new(r), claims),
            SignalWorkflowExecutionRequest r => Signal(about, new(r), claims),
            UpdateWorkflowExecutionRequest r => Update(about, new(r), claims),
            QueryWorkflowRequest r => Query(about, new(r), claims),
            RequestCancelWorkflowExecutionRequest r => new RequestCancelWorkflowExecutionRequest(r) { Identity = Named(about) ?? r.Identity },
            TerminateWorkflowExecutionRequest r => new TerminateWorkflowExecutionRequest(r) { Identity = Named(about) ?? r.Identity },
            ResetWorkflowExecutionRequest r => Reset(about, new(r), claims),
            CreateScheduleRequest or UpdateScheduleRequest => null,
            var r => r,
        };
        if (stamped is null)
        {
            await audit.DeniedAsync(call, about, "schedule-without-principal").ConfigureAwait(false);
            throw Refusals.Denied("Schedules cannot carry a signed principal yet, so they are not made or changed through this service.", "schedule-without-principal");
        }

        if (claims.Count > 0)
            await audit.SpoofAsync(call, about, claims).ConfigureAwait(false);
        return await next(call with { Request = stamped }).ConfigureAwait(false);
    };

    private StartWorkflowExecutionRequest Start(GatewayCall about, StartWorkflowExecutionRequest request, List<string> claims)
    {
        request.Header = Principal(about, request.WorkflowId, request.Header, claims);
        request.SearchAttributes = Tenant(about, request.SearchAttributes, claims);
        request.RequestId = RequestId(about, request.RequestId);
        // Callbacks would let a caller have the service call addresses of its choice.
        request.CompletionCallbacks.Clear();
        return request;
    }

    private SignalWithStartWorkflowExecutionRequest SignalWithStart(GatewayCall about, SignalWithStartWorkflowExecutionRequest request, List<string> claims)
    {
        // One header is for the start and for the signal, which may reach a run that is there.
        request.Header = Principal(about, request.WorkflowId, request.Header, claims);
        request.Header.Fields[IdentityHeaders.Actor] = Statement(about.ActsFor!, about, request.WorkflowId, WorkflowMessageKind.Signal, request.SignalName);
        request.SearchAttributes = Tenant(about, request.SearchAttributes, claims);
        request.RequestId = RequestId(about, request.RequestId);
        return request;
    }

    private ExecuteMultiOperationRequest Multi(GatewayCall about, ExecuteMultiOperationRequest request, List<string> claims)
    {
        // Each operation names namespace and workflow again. What was judged is the outer namespace and the start's workflow.
        foreach (var operation in request.Operations)
        {
            if (operation.StartWorkflow is { } start)
            {
                start.Namespace = about.Facts.Namespace;
                start.WorkflowId = about.Facts.WorkflowId;
                Start(about, start, claims);
            }
            else if (operation.UpdateWorkflow is { } update)
            {
                update.Namespace = about.Facts.Namespace;
                update.WorkflowExecution = new WorkflowExecution { WorkflowId = about.Facts.WorkflowId, RunId = update.WorkflowExecution?.RunId ?? "" };
                Update(about, update, claims);
            }
        }

        return request;
    }

    private SignalWorkflowExecutionRequest Signal(GatewayCall about, SignalWorkflowExecutionRequest request, List<string> claims)
    {
        request.Header = Actor(about, request.Header, WorkflowMessageKind.Signal, request.SignalName, claims);
        request.RequestId = RequestId(about, request.RequestId);
        return request;
    }

    private UpdateWorkflowExecutionRequest Update(GatewayCall about, UpdateWorkflowExecutionRequest request, List<string> claims)
    {
        if (request.Request?.Input is { } input)
        {
            input.Header = Actor(about, input.Header, WorkflowMessageKind.Update, input.Name, claims);
            request.Request.CompletionCallbacks.Clear();
        }

        return request;
    }

    private QueryWorkflowRequest Query(GatewayCall about, QueryWorkflowRequest request, List<string> claims)
    {
        if (request.Query is { } query)
            query.Header = Actor(about, query.Header, WorkflowMessageKind.Query, query.QueryType, claims);
        return request;
    }

    private ResetWorkflowExecutionRequest Reset(GatewayCall about, ResetWorkflowExecutionRequest request, List<string> claims)
    {
        foreach (var operation in request.PostResetOperations)
        {
            if (operation.VariantCase == PostResetOperation.VariantOneofCase.SignalWorkflow)
                operation.SignalWorkflow.Header = Actor(about, operation.SignalWorkflow.Header, WorkflowMessageKind.Signal, operation.SignalWorkflow.SignalName, claims);
        }

        request.Identity = Named(about) ?? request.Identity;
        return request;
    }

    private Header Principal(GatewayCall about, string workflowId, Header? header, List<string> claims)
    {
        IdentityHeader.Strip(header, claims);
        var changed = header ?? new();
        changed.Fields[IdentityHeaders.Principal] = IdentityHeader.Write(options.Signer.SignPrincipal(about.ActsFor!, about.Facts.Namespace, workflowId));
        return changed;
    }

    private Header? Actor(GatewayCall about, Header? header, WorkflowMessageKind kind, string name, List<string> claims)
    {
        IdentityHeader.Strip(header, claims);
        if ((about.ActsFor ?? about.Caller!.Principal ?? options.SystemPrincipal) is not { } sender)
            return header;
        var changed = header ?? new();
        changed.Fields[IdentityHeaders.Actor] = Statement(sender, about, about.Facts.WorkflowId, kind, name);
        return changed;
    }

    private Payload Statement(Principal sender, GatewayCall about, string workflowId, WorkflowMessageKind kind, string name) =>
        IdentityHeader.Write(options.Signer.SignActor(sender, about.Facts.Namespace, workflowId, kind, name));

    private SearchAttributes Tenant(GatewayCall about, SearchAttributes? attributes, List<string> claims)
    {
        if (tenants.IsIn(attributes))
            claims.Add(tenants.Name);
        return tenants.With(attributes, about.ActsFor!.TenantId);
    }

    /// <summary>Engines answer a request id they know with the run it started. The caller is part of it, so that nobody can hit upon another's.</summary>
    private static string RequestId(GatewayCall about, string requestId)
    {
        if (requestId.Length == 0)
            return requestId;
        var tenant = about.ActsFor?.TenantId ?? about.Caller!.TenantId ?? "";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant.Length}:{tenant}{requestId}")));
    }

    /// <summary>Cancels and terminations have no header on the wire; the history names the verified caller instead of what the client calls itself.</summary>
    private static string? Named(GatewayCall about) => about.Caller!.Principal?.ToString();
}
