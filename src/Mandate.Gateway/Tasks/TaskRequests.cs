using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tasks;

/// <summary>The answers of workers that carry a task token.</summary>
internal static class TaskRequests
{
    /// <summary>The token and the kind it must be of; null for a request that carries none.</summary>
    public static (ByteString Token, TaskKind Kind)? TokenOf(IMessage request) => request switch
    {
        RespondWorkflowTaskCompletedRequest r => (r.TaskToken, TaskKind.Workflow),
        RespondWorkflowTaskFailedRequest r => (r.TaskToken, TaskKind.Workflow),
        RespondQueryTaskCompletedRequest r => (r.TaskToken, TaskKind.Query),
        RecordActivityTaskHeartbeatRequest r => (r.TaskToken, TaskKind.Activity),
        RespondActivityTaskCompletedRequest r => (r.TaskToken, TaskKind.Activity),
        RespondActivityTaskFailedRequest r => (r.TaskToken, TaskKind.Activity),
        RespondActivityTaskCanceledRequest r => (r.TaskToken, TaskKind.Activity),
        _ => null,
    };

    /// <summary>A copy of the request with the engine's token and the namespace the token is good for.</summary>
    public static IMessage With(IMessage request, ByteString token, string @namespace) => request switch
    {
        RespondWorkflowTaskCompletedRequest r => new RespondWorkflowTaskCompletedRequest(r) { TaskToken = token, Namespace = @namespace },
        RespondWorkflowTaskFailedRequest r => new RespondWorkflowTaskFailedRequest(r) { TaskToken = token, Namespace = @namespace },
        RespondQueryTaskCompletedRequest r => new RespondQueryTaskCompletedRequest(r) { TaskToken = token, Namespace = @namespace },
        RecordActivityTaskHeartbeatRequest r => new RecordActivityTaskHeartbeatRequest(r) { TaskToken = token, Namespace = @namespace },
        RespondActivityTaskCompletedRequest r => new RespondActivityTaskCompletedRequest(r) { TaskToken = token, Namespace = @namespace },
        RespondActivityTaskFailedRequest r => new RespondActivityTaskFailedRequest(r) { TaskToken = token, Namespace = @namespace },
        RespondActivityTaskCanceledRequest r => new RespondActivityTaskCanceledRequest(r) { TaskToken = token, Namespace = @namespace },
        _ => throw new ArgumentException($"{request.Descriptor.Name} carries no task token.", nameof(request)),
    };
}
