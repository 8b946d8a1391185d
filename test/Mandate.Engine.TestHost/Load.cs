using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.TestHost;

/// <summary>Clients that start and signal workflows, and workers that bring them to their ends: one activity each, then completion once signaled.</summary>
public sealed class Load(RpcHandler engine, string prefix, Action<string> acknowledged)
{
    private int _next;

    /// <summary>Runs until it is cancelled, or its process killed.</summary>
    public Task RunAsync(int starters, CancellationToken cancellation) => Task.WhenAll(
        Enumerable.Range(0, starters).Select(_ => StartAsync(cancellation)).Concat(Work(cancellation)));

    /// <summary>Workers alone.</summary>
    public IEnumerable<Task> Work(CancellationToken cancellation) =>
        Enumerable.Range(0, 4).SelectMany(_ => (Task[])[WorkflowsAsync(cancellation), ActivitiesAsync(cancellation)]);

    private async Task StartAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var id = $"{prefix}-{Interlocked.Increment(ref _next)}";
            if (!await TryAsync(new StartWorkflowExecutionRequest
                {
                    Namespace = "default",
                    WorkflowId = id,
                    WorkflowType = new() { Name = "Load" },
                    TaskQueue = new() { Name = "load" },
                    RequestId = id,
                }, cancellation))
                continue;
            acknowledged($"started {id}");
            if (await TryAsync(new SignalWorkflowExecutionRequest
                {
                    Namespace = "default",
                    WorkflowExecution = new() { WorkflowId = id },
                    SignalName = "finish",
                    RequestId = $"{id}/finish",
                }, cancellation))
                acknowledged($"signaled {id}");
        }
    }

    private async Task<bool> TryAsync(IMessage request, CancellationToken cancellation)
    {
        try
        {
            await engine(new RpcCall(request, cancellation));
            return true;
        }
        catch (RpcException error) when (error.Code is RpcStatusCode.ResourceExhausted or RpcStatusCode.Unavailable)
        {
            acknowledged($"refused {error.Code} {error.Message}");
            return false;
        }
    }

    private async Task WorkflowsAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var task = await engine.CallAsync<PollWorkflowTaskQueueResponse>(
                    new PollWorkflowTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = "load" }, Identity = "load" }, cancellation);
                if (task.TaskToken.IsEmpty)
                    continue;
                var completion = new RespondWorkflowTaskCompletedRequest { TaskToken = task.TaskToken };
                completion.Commands.AddRange(Decide(task));
                await engine(new RpcCall(completion, cancellation));
            }
            catch (RpcException)
            {
                // Answered again or given out again: the next poll says.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static IEnumerable<Command> Decide(PollWorkflowTaskQueueResponse task)
    {
        var types = task.History.Events.Select(e => e.EventType).ToHashSet();
        if (!types.Contains(EventType.ActivityTaskScheduled))
        {
            return
            [
                new()
                {
                    CommandType = CommandType.ScheduleActivityTask,
                    ScheduleActivityTaskCommandAttributes = new()
                    {
                        ActivityId = "1",
                        ActivityType = new() { Name = "Step" },
                        StartToCloseTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)),
                        RetryPolicy = new() { InitialInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100)), BackoffCoefficient = 1 },
                    },
                },
            ];
        }

        if (types.Contains(EventType.ActivityTaskCompleted) && types.Contains(EventType.WorkflowExecutionSignaled))
            return [new() { CommandType = CommandType.CompleteWorkflowExecution, CompleteWorkflowExecutionCommandAttributes = new() }];
        return [];
    }

    private async Task ActivitiesAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var task = await engine.CallAsync<PollActivityTaskQueueResponse>(
                    new PollActivityTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = "load" }, Identity = "load" }, cancellation);
                if (!task.TaskToken.IsEmpty)
                    await engine(new RpcCall(new RespondActivityTaskCompletedRequest { TaskToken = task.TaskToken }, cancellation));
            }
            catch (RpcException)
            {
                // Its attempt is over; the engine gives out the next.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
