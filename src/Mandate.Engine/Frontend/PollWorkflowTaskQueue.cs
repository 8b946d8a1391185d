using Mandate.Engine.Matching;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Gives a worker the next workflow task or query of a queue; an empty answer when there is none for a while.</summary>
internal sealed class PollWorkflowTaskQueue(EngineCore core) : Endpoint<PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse>(core)
{
    protected override async Task<PollWorkflowTaskQueueResponse> HandleAsync(PollWorkflowTaskQueueRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var name = Check.Name(request.TaskQueue?.Name, "task queue", Limits);
        Check.Length(request.Identity, "identity", Limits);
        var answer = await Core.Matcher.PollAsync(
            new(ns.Key, name, IsActivity: false),
            new Poller(request.Identity, request.WorkerInstanceKey),
            call.Cancellation).ConfigureAwait(false);
        return (PollWorkflowTaskQueueResponse?)answer ?? new();
    }
}
