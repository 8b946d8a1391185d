using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.TaskQueue.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker.Activities;
using Mandate.Temporal.Worker.Polling;
using Mandate.Temporal.Worker.Runs;

namespace Mandate.Temporal.Worker;

/// <summary>Polls for workflow tasks: on the common queue for new and evicted runs, on a queue of its own (sticky) for those it keeps.</summary>
internal sealed class WorkflowWorker : IDisposable
{
    private static readonly RpcOptions NoRetry = new() { Retry = false };
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(70);

    private readonly WorkerContext _context;
    private readonly Slots _slots;
    private readonly WorkflowTaskHandler _handler;
    private readonly string? _stickyQueue;

    internal WorkflowWorker(WorkerContext context, EagerActivities? eager)
    {
        _context = context;
        _slots = new(context.Options.MaxConcurrentWorkflowTasks);
        var cache = new WorkflowRunCache(context.Options.MaxCachedWorkflows);
        _stickyQueue = cache.Enabled ? $"{context.Identity}-{context.TaskQueue}-{context.InstanceKey}" : null;
        _handler = new(context, cache, _stickyQueue, eager);
    }

    /// <summary>Name of the worker's own queue, null without a cache.</summary>
    internal string? StickyQueue => _stickyQueue;

    internal WorkflowRunCache Cache => _handler.Cache;

    internal async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var polls = _context.Options.MaxConcurrentWorkflowTaskPolls ?? (_context.InProcess ? 32 : 16);
        var common = _stickyQueue is null ? polls : Math.Clamp((int)Math.Round(polls * _context.Options.NonStickyToStickyPollRatio), 1, polls - 1);
        var loops = new List<Task>(polls);
        for (var i = 0; i < polls; i++)
            loops.Add(Loop(i < common ? null : _stickyQueue).RunAsync(stop, abort));
        await LoopTasks.WhenAllOrFirstErrorAsync(loops).ConfigureAwait(false);
    }

    internal Task DrainAsync() => _slots.DrainAsync();

    public void Dispose()
    {
        _handler.Dispose();
        _slots.Dispose();
    }

    private PollLoop<PollWorkflowTaskQueueResponse> Loop(string? stickyQueue)
    {
        var request = new PollWorkflowTaskQueueRequest
        {
            Namespace = _context.Namespace,
            Identity = _context.Identity,
            WorkerInstanceKey = _context.InstanceKey,
            TaskQueue = stickyQueue is null
                ? new TaskQueue { Name = _context.TaskQueue, Kind = TaskQueueKind.Normal }
                : new TaskQueue { Name = stickyQueue, Kind = TaskQueueKind.Sticky, NormalName = _context.TaskQueue },
        };
        return new(
            _context,
            $"workflow tasks of {request.TaskQueue.Name}",
            _slots,
            async abort =>
            {
                var task = await _context.Calls.CallAsync<PollWorkflowTaskQueueResponse>(request, NoRetry, PollTimeout, abort).ConfigureAwait(false);
                return task.TaskToken.IsEmpty ? null : task;
            },
            _handler.HandleAsync);
    }
}
