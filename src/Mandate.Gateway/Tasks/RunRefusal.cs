using Mandate.Gateway.Auditing;
using Mandate.Gateway.Calls;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tasks;

/// <summary>
/// Ends runs that nobody vouches for: started past the pipeline, or with a principal that is not theirs. Workers of SDKs that know nothing of principals never see them. The run fails as
/// a worker with identity propagation would fail it, and is not tried again. While keys are not at hand nothing is ended: the task times out and comes again.
/// </summary>
internal sealed class RunRefusal(RpcHandler engine, GatewayAudit audit)
{
    private const string Identity = "mandate-gateway";

    public async Task EndAsync(RpcCall call, GatewayCall about, PollWorkflowTaskQueueResponse task, PrincipalRefusal? refusal)
    {
        await RecordAsync(call, about, task.WorkflowExecution.WorkflowId, refusal).ConfigureAwait(false);
        if (refusal is null or PrincipalRefusal.KeysUnavailable)
            return;
        var failure = Failed(refusal.Value);
        await SendAsync(
            task.Query is null
                ? new RespondWorkflowTaskCompletedRequest
                {
                    TaskToken = task.TaskToken, Namespace = about.Facts.Namespace, Identity = Identity,
                    Commands = { new Command { CommandType = CommandType.FailWorkflowExecution, FailWorkflowExecutionCommandAttributes = new() { Failure = failure } } },
                }
                : new RespondQueryTaskCompletedRequest
                {
                    TaskToken = task.TaskToken, Namespace = about.Facts.Namespace, CompletedType = QueryResultType.Failed, ErrorMessage = failure.Message, Failure = failure,
                }).ConfigureAwait(false);
    }

    public async Task EndAsync(RpcCall call, GatewayCall about, PollActivityTaskQueueResponse task, PrincipalRefusal? refusal)
    {
        await RecordAsync(call, about, task.WorkflowExecution.WorkflowId, refusal ?? PrincipalRefusal.WrongRun).ConfigureAwait(false);
        if (about.Run is null || refusal is PrincipalRefusal.KeysUnavailable)
            return;
        await SendAsync(new RespondActivityTaskFailedRequest
        {
            TaskToken = task.TaskToken, Namespace = about.Facts.Namespace, Identity = Identity, Failure = Failed(refusal ?? PrincipalRefusal.WrongRun),
        }).ConfigureAwait(false);
    }

    private static Failure Failed(PrincipalRefusal refusal) => new()
    {
        Message = $"Refused: the run's signed principal is not good ({refusal}). Start it through the service.",
        Source = Identity,
        ApplicationFailureInfo = new() { Type = IdentityFailureTypes.Refused, NonRetryable = true },
    };

    private Task RecordAsync(RpcCall call, GatewayCall about, string workflowId, PrincipalRefusal? refusal) => audit.DeniedAsync(
        call, about with { Facts = about.Facts with { WorkflowId = workflowId } }, $"principal:{refusal?.ToString() ?? "run-unknown"}");

    private async Task SendAsync(Google.Protobuf.IMessage request)
    {
        try
        {
            await engine(new RpcCall(request)).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // The task is gone, or the engine is: then it comes again, and is refused again.
        }
    }
}
