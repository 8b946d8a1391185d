using Google.Protobuf;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.TaskQueue.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker.Polling;

namespace Mandate.Temporal.Worker.Activities;

/// <summary>Polls for activities and runs them.</summary>
internal sealed class ActivityWorker : IDisposable
{
    private static readonly RpcOptions NoRetry = new() { Retry = false };
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(70);

    private readonly WorkerContext _context;
    private readonly Slots _slots;
    private readonly ActivityTaskHandler _handler;

    internal ActivityWorker(WorkerContext context)
    {
        _context = context;
        _slots = new(context.Options.MaxConcurrentActivities);
        _handler = new(context);
    }

    /// <summary>Brings activities back with the answers to workflow tasks.</summary>
    internal EagerActivities Eager => new(
        _context.TaskQueue,
        _context.Options.Activities.Where(a => !a.Dynamic).Select(a => a.Name!).ToHashSet(StringComparer.Ordinal),
        _slots,
        _handler.HandleAsync);

    internal async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var polls = _context.Options.MaxConcurrentActivityTaskPolls ?? (_context.InProcess ? 32 : 16);
        var loops = new List<Task>(polls);
        for (var i = 0; i < polls; i++)
            loops.Add(Loop().RunAsync(stop, abort));
        await LoopTasks.WhenAllOrFirstErrorAsync(loops).ConfigureAwait(false);
    }

    internal Task DrainAsync() => _slots.DrainAsync();

    public void Dispose() => _slots.Dispose();

    private PollLoop<PollActivityTaskQueueResponse> Loop()
    {
        var request = new PollActivityTaskQueueRequest
        {
            Namespace = _context.Namespace,
            Identity = _context.Identity,
            WorkerInstanceKey = _context.InstanceKey,
            TaskQueue = new() { Name = _context.TaskQueue, Kind = TaskQueueKind.Normal },
            TaskQueueMetadata = _context.Options.MaxTaskQueueActivitiesPerSecond is { } perSecond ? new TaskQueueMetadata { MaxTasksPerSecond = perSecond } : null,
        };
        return new(
            _context,
            $"activities of {_context.TaskQueue}",
            _slots,
            async abort =>
            {
                var task = await _context.Calls.CallAsync<PollActivityTaskQueueResponse>(request, NoRetry, PollTimeout, abort).ConfigureAwait(false);
                return task.TaskToken.IsEmpty ? null : task;
            },
            _handler.HandleAsync);
    }
}
