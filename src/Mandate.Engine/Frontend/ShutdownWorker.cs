using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>A worker process stops: its open polls end, and tasks no longer go to its own queue.</summary>
internal sealed class ShutdownWorker(EngineCore core) : Endpoint<ShutdownWorkerRequest, ShutdownWorkerResponse>(core)
{
    protected override Task<ShutdownWorkerResponse> HandleAsync(ShutdownWorkerRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        Check.Length(request.WorkerInstanceKey, "worker instance key", Limits);
        Core.Matcher.WorkerStopped(ns.Key, request.WorkerInstanceKey, request.StickyTaskQueue);
        return Task.FromResult(new ShutdownWorkerResponse());
    }
}
