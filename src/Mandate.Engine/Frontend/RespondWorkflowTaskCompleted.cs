using Mandate.Engine.History;
using Mandate.Engine.History.Commands;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>A worker's commands.</summary>
internal sealed class RespondWorkflowTaskCompleted(EngineCore core) : Endpoint<RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse>(core)
{
    protected override async Task<RespondWorkflowTaskCompletedResponse> HandleAsync(RespondWorkflowTaskCompletedRequest request, RpcCall call)
    {
        var token = TaskTokens.Parse(request.TaskToken);
        var ns = Core.Namespaces.Get(token.Namespace);
        await SearchAttributeAdmission.RegisterAsync(Core, ns, request.Commands).ConfigureAwait(false);
        var completion = new WorkflowTaskCompletion(Core, request, token);
        WorkflowTaskCompletion.Result result;
        try
        {
            result = await Core.Chains.ChangeAsync(ns, token.WorkflowId, completion.Decide).ConfigureAwait(false);
        }
        catch (BadCommandException error)
        {
            throw await Core.Chains.ChangeAsync(ns, token.WorkflowId, transaction => completion.Refuse(transaction, error)).ConfigureAwait(false);
        }

        if (result.Refusal is { } refusal)
            throw refusal;
        var response = new RespondWorkflowTaskCompletedResponse { WorkflowTask = result.NextTask?.ToResponse(Core) };
        response.ActivityTasks.AddRange(result.Activities);
        return response;
    }
}
