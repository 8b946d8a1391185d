using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.TaskQueue.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Who polls a queue, and how much waits there.</summary>
internal sealed class DescribeTaskQueue(EngineCore core) : Endpoint<DescribeTaskQueueRequest, DescribeTaskQueueResponse>(core)
{
    protected override Task<DescribeTaskQueueResponse> HandleAsync(DescribeTaskQueueRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        var name = Check.Name(request.TaskQueue?.Name, "task queue", Limits);
        var response = new DescribeTaskQueueResponse { Stats = new(), TaskQueueStatus = new() };
        if (!Core.Matcher.TryGetQueue(new(ns.Key, name, request.TaskQueueType == TaskQueueType.Activity), out var queue))
            return Task.FromResult(response);
        foreach (var (identity, lastSeen) in queue!.RecentPollers(Window))
            response.Pollers.Add(new PollerInfo { Identity = identity, LastAccessTime = lastSeen.ToTimestamp() });
        response.Stats.ApproximateBacklogCount = queue.BacklogCount;
        response.TaskQueueStatus.BacklogCountHint = queue.BacklogCount;
        return Task.FromResult(response);
    }

    /// <summary>Who has not polled for this long is gone.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
}
