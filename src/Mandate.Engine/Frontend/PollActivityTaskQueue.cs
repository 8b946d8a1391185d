using Mandate.Engine.Matching;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Gives a worker the next activity of a queue; an empty answer when there is none for a while.</summary>
internal sealed class PollActivityTaskQueue(EngineCore core) : Endpoint<PollActivityTaskQueueRequest, PollActivityTaskQueueResponse>(core)
{
    protected override async Task<PollActivityTaskQueueResponse> HandleAsync(PollActivityTaskQueueRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var name = Check.Name(request.TaskQueue?.Name, "task queue", Limits);
        Check.Length(request.Identity, "identity", Limits);
        var answer = await Core.Matcher.PollAsync(
            new(ns.Key, name, IsActivity: true),
            new Poller(request.Identity, request.WorkerInstanceKey),
            call.Cancellation).ConfigureAwait(false);
        return (PollActivityTaskQueueResponse?)answer ?? new();
    }
}
