using System.Diagnostics;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Load.Gateway;

/// <summary>Starts, and cycles of a poll and a completion, as a client and a worker make them; each call shows a token.</summary>
internal sealed class Work(RpcHandler handler, string name)
{
    private static readonly RpcMetadata User = new([new("authorization", $"Bearer {BenchCallers.User}")]);
    private static readonly RpcMetadata Worker = new([new("authorization", $"Bearer {BenchCallers.Worker}")]);

    private int _started;

    /// <summary>Starts so many runs, so many at a time.</summary>
    internal Task<Spent> StartAsync(int count, int concurrency, CancellationToken cancellation) => MeasureAsync(count, concurrency, () => handler(new RpcCall(
        new StartWorkflowExecutionRequest
        {
            Namespace = "default", WorkflowId = $"{name}-{Interlocked.Increment(ref _started)}", WorkflowType = new() { Name = "Bench" }, TaskQueue = new() { Name = name },
            RequestId = Guid.NewGuid().ToString(), Identity = "bench",
        },
        cancellation) { Metadata = User }));

    /// <summary>Takes and completes so many workflow tasks of runs that were started before.</summary>
    internal Task<Spent> CompleteAsync(int count, int concurrency, CancellationToken cancellation) => MeasureAsync(count, concurrency, async () =>
    {
        var task = (PollWorkflowTaskQueueResponse)await handler(new RpcCall(
            new PollWorkflowTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = name }, Identity = "bench" }, cancellation) { Metadata = Worker });
        await handler(new RpcCall(
            new RespondWorkflowTaskCompletedRequest
            {
                Namespace = "default", TaskToken = task.TaskToken, Identity = "bench",
                Commands = { new Command { CommandType = CommandType.CompleteWorkflowExecution, CompleteWorkflowExecutionCommandAttributes = new() } },
            },
            cancellation) { Metadata = Worker });
    });

    /// <summary>Describes a run so many times.</summary>
    internal Task<Spent> DescribeAsync(int count, int concurrency, CancellationToken cancellation) => MeasureAsync(count, concurrency, () => handler(new RpcCall(
        new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new() { WorkflowId = $"{name}-1" } }, cancellation) { Metadata = User }));

    private static async Task<Spent> MeasureAsync(int count, int concurrency, Func<Task> one)
    {
        var left = count;
        var (began, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await one();
        })));
        return new(count, Stopwatch.GetElapsedTime(began), Environment.CpuUsage.TotalTime - cpu);
    }
}
