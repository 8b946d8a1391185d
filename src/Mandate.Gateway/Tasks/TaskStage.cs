using Google.Protobuf;
using Mandate.Gateway.Auditing;
using Mandate.Gateway.Authorization;
using Mandate.Gateway.Calls;
using Mandate.Gateway.Stamping;
using Mandate.Gateway.Tenancy;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Principal = Mandate.Identity.Principal;

namespace Mandate.Gateway.Tasks;

/// <summary>
/// Tasks on their way to workers and back. Out: a task whose run nobody vouches for ends that run, one the worker may not have is not handed over, and the token is sealed with the facts
/// about the run. In: the token must be one that a gateway sealed, for this kind of answer, this namespace, and a caller who may have it.
/// </summary>
internal sealed class TaskStage(GatewayOptions options, TaskTokenKeys keys, RunDirectory runs, RunRefusal refusal, AuthorizeStage authorize, GatewayAudit audit)
{
    /// <summary>How much the clocks of two gateways may differ, and how long an answer may be on its way.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(30);

    private const string OlderForm = "task-token-of-an-older-form";

    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        var about = GatewayCall.Of(call);
        if (TaskRequests.TokenOf(call.Request) is { } answered)
            call = await OpenAsync(call, about, answered.Token, answered.Kind).ConfigureAwait(false);
        var answer = await next(call).ConfigureAwait(false);
        switch (answer)
        {
            case PollWorkflowTaskQueueResponse { TaskToken.IsEmpty: false } task:
                return await HandOverAsync(call, about, task).ConfigureAwait(false) ?? new PollWorkflowTaskQueueResponse();
            case PollActivityTaskQueueResponse { TaskToken.IsEmpty: false } task:
                return await HandOverAsync(call, about, task).ConfigureAwait(false) ?? new PollActivityTaskQueueResponse();
            case StartWorkflowExecutionResponse { EagerWorkflowTask: { } eager } started:
                return new StartWorkflowExecutionResponse(started) { EagerWorkflowTask = await HandOverAsync(call, about, eager).ConfigureAwait(false) };
            case RespondWorkflowTaskCompletedResponse response when response.WorkflowTask is not null || response.ActivityTasks.Count > 0:
                return await HandOverAsync(call, about, response).ConfigureAwait(false);
            default:
                return answer;
        }
    };

    private async ValueTask<RpcCall> OpenAsync(RpcCall call, GatewayCall about, ByteString bytes, TaskKind kind)
    {
        var token = TaskToken.Open(bytes, keys);
        var problem = token is null ? (TaskToken.IsOlder(bytes, keys) ? OlderForm : "task-token-forged")
            : token.Kind != kind ? "task-token-of-another-kind"
            : about.Facts.Namespace.Length > 0 && about.Facts.Namespace != token.Namespace ? "task-token-of-another-namespace"
            : null;
        RunFacts? run = null;
        if (token is not null && problem is null)
        {
            run = await RunOfAsync(token, call.Cancellation).ConfigureAwait(false);
            problem = run.Principal is null ? "task-of-nobody"
                : about.Caller!.TenantId is { } tenant && run.Principal.TenantId != tenant ? "task-of-another-tenant"
                : null;
        }

        if (problem is not null)
        {
            await audit.DeniedAsync(call, about, problem).ConfigureAwait(false);
            throw Refusals.Denied(
                problem == OlderForm
                    ? "The task token was given out by an earlier version of this service, which is not read any more. The task times out and is offered again."
                    : "The task token is not one that this service gave to this caller for this.",
                problem);
        }

        var facts = about.Facts with { Namespace = token!.Namespace, WorkflowId = token.WorkflowId, RunId = token.RunId, WorkflowType = token.WorkflowType, TaskQueue = token.TaskQueue };
        return call with { Request = TaskRequests.With(call.Request, token.Inner, token.Namespace), Context = about with { Facts = facts, Run = run, Attempt = token.Attempt, Step = token.Step } };
    }

    private async ValueTask<RunFacts> RunOfAsync(TaskToken token, CancellationToken cancellation)
    {
        var envelope = token.Envelope.Length > 0 ? token.Envelope : null;
        Principal? principal = null;
        PrincipalRefusal? refused = null;
        if (envelope is null)
            (principal, refused) = (options.SystemPrincipal, options.SystemPrincipal is null ? PrincipalRefusal.Missing : null);
        else if (await options.Verifier.VerifyAsync(envelope, token.Namespace, token.RootWorkflowId, cancellation).ConfigureAwait(false) is var verdict)
            (principal, refused) = (verdict.Principal, verdict.Refusal);
        return new(token.Namespace, token.WorkflowId, token.RunId, token.RootWorkflowId, token.WorkflowType, token.TaskQueue, envelope, principal, refused);
    }

    private async ValueTask<PollWorkflowTaskQueueResponse?> HandOverAsync(RpcCall call, GatewayCall about, PollWorkflowTaskQueueResponse task)
    {
        var run = await runs.OfTaskAsync(about.Facts.Namespace, task.WorkflowExecution, task.History, call.Cancellation).ConfigureAwait(false);
        if (run?.Principal is null)
        {
            await refusal.EndAsync(call, about with { Run = run }, task, run?.Refusal).ConfigureAwait(false);
            return null;
        }

        run = run with { TaskQueue = task.WorkflowExecutionTaskQueue?.Name ?? run.TaskQueue };
        if (!await MayHaveAsync(call, about, run).ConfigureAwait(false))
            return null;
        return TaskAnswers.With(task, Seal(run, task.Query is null ? TaskKind.Workflow : TaskKind.Query, task.Attempt, "", task.TaskToken));
    }

    private async ValueTask<PollActivityTaskQueueResponse?> HandOverAsync(RpcCall call, GatewayCall about, PollActivityTaskQueueResponse task)
    {
        var @namespace = task.WorkflowNamespace.Length > 0 ? task.WorkflowNamespace : about.Facts.Namespace;
        var run = await runs.FindAsync(@namespace, task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId, call.Cancellation).ConfigureAwait(false);
        // Whatever came into the activity's header past the pipeline, what leaves is the run's own principal.
        var carried = IdentityHeader.Read(task.Header, IdentityHeaders.Principal);
        if (run?.Principal is null || (carried is not null && carried != run.Envelope))
        {
            await refusal.EndAsync(call, about with { Run = run }, task, run?.Refusal).ConfigureAwait(false);
            return null;
        }

        if (!await MayHaveAsync(call, about, run).ConfigureAwait(false))
            return null;
        var copy = TaskAnswers.With(task, Seal(run, TaskKind.Activity, task.Attempt, task.ActivityType?.Name ?? "", task.TaskToken, EndOfProof(task)));
        if (carried is null && run.Envelope is not null)
        {
            copy.Header = task.Header?.Clone() ?? new();
            copy.Header.Fields[IdentityHeaders.Principal] = IdentityHeader.Write(run.Envelope);
        }

        return copy;
    }

    /// <summary>What comes with the answer of a workflow task. A task that is not handed over here times out and is offered to others.</summary>
    private async ValueTask<IMessage> HandOverAsync(RpcCall call, GatewayCall about, RespondWorkflowTaskCompletedResponse response)
    {
        var sealedResponse = new RespondWorkflowTaskCompletedResponse { ResetHistoryEventId = response.ResetHistoryEventId };
        if (response.WorkflowTask is { } task)
            sealedResponse.WorkflowTask = task.TaskToken.IsEmpty ? task : await HandOverAsync(call, about, task).ConfigureAwait(false);
        foreach (var activity in response.ActivityTasks)
        {
            if (await HandOverAsync(call, about, activity).ConfigureAwait(false) is { } handed)
                sealedResponse.ActivityTasks.Add(handed);
        }

        return sealedResponse;
    }

    /// <summary>A worker of one tenant gets no task of another's, and rules about types and queues hold for the run that came, not for what the poll said.</summary>
    private async ValueTask<bool> MayHaveAsync(RpcCall call, GatewayCall about, RunFacts run)
    {
        var told = about with { Run = run, Facts = about.Facts with { WorkflowId = run.WorkflowId, RunId = run.RunId, WorkflowType = run.WorkflowType } };
        if (about.Caller!.TenantId is { } tenant && run.Principal!.TenantId != tenant)
        {
            await audit.DeniedAsync(call, told, "task-of-another-tenant").ConfigureAwait(false);
            return false;
        }

        return await authorize.MayAsync(call, told, new(about.Caller, run.Principal!.TenantId, RpcGroup.Task, about.Entry.Method.Name, run.Namespace)
        {
            WorkflowType = run.WorkflowType, TaskQueue = run.TaskQueue,
        }).ConfigureAwait(false);
    }

    /// <summary>No attempt lasts longer than its time-out, of which the engine gives at least one.</summary>
    private long EndOfProof(PollActivityTaskQueueResponse task)
    {
        var limit = task.StartToCloseTimeout?.ToTimeSpan() is { Ticks: > 0 } attempt ? attempt : task.ScheduleToCloseTimeout?.ToTimeSpan() ?? TimeSpan.Zero;
        return options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds() + (long)(limit + ClockDifference).TotalMilliseconds;
    }

    private ByteString Seal(RunFacts run, TaskKind kind, int attempt, string step, ByteString token, long provesUntil = 0) =>
        new TaskToken(kind, attempt, run.Namespace, run.WorkflowId, run.RunId, run.RootWorkflowId, run.WorkflowType, run.TaskQueue, run.Envelope ?? "", step, token) { ProvesUntil = provesUntil }.Seal(keys);
}
