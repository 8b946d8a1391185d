using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Faults.Tests.Injection;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Faults.Tests.Footprint;

/// <summary>What an engine in a process of its own takes from the machine, as the system counts it.</summary>
public sealed class FootprintTests(ITestOutputHelper output)
{
    private const long Gibibyte = 1024L * 1024 * 1024;
    private const int Senders = 48;

    [Fact]
    public async Task OpenRuns_TenThousandAndTwoHundredPolls_StayWithinAGibibyte()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int Runs = 10_000;
        using var directory = new TemporaryDirectory();
        await using var server = await HostProcess.StartAsync("server", directory.File("data"));
        await using var channel = new GrpcChannel(new() { Target = $"127.0.0.1:{server.Port}" });
        var handler = channel.Handler;
        var idle = server.PeakResidentBytes();

        // Each has run its first task and waits for a timer far away.
        await ManyAsync(Runs, async i =>
        {
            await handler.CallAsync<StartWorkflowExecutionResponse>(Start($"order-{i}", 500));
            var timer = new Command { CommandType = CommandType.StartTimer, StartTimerCommandAttributes = new() { TimerId = "far", StartToFireTimeout = new() { Seconds = 1_000_000 } } };
            await handler.CallAsync<RespondWorkflowTaskCompletedResponse>(new RespondWorkflowTaskCompletedRequest { TaskToken = (await TaskAsync(handler)).TaskToken, Commands = { timer } });
        });
        var polls = Enumerable.Range(0, 100).Select(_ => PollAsync(handler)).ToArray();
        var activityPolls = Enumerable.Range(0, 100)
            .Select(_ => handler.CallAsync<PollActivityTaskQueueResponse>(new PollActivityTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = "orders" } })).ToArray();

        // The polls are really there: as many signals reach them.
        await ManyAsync(polls.Length, i => handler.CallAsync<SignalWorkflowExecutionResponse>(
            new SignalWorkflowExecutionRequest { Namespace = "default", WorkflowExecution = new() { WorkflowId = $"order-{i}" }, SignalName = "go" }));
        (await Task.WhenAll(polls).WithinLimit()).ShouldAllBe(task => !task.TaskToken.IsEmpty);
        activityPolls.ShouldAllBe(poll => !poll.IsCompleted);
        (await handler.CallAsync<CountWorkflowExecutionsResponse>(new CountWorkflowExecutionsRequest { Namespace = "default", Query = "ExecutionStatus = 'Running'" })).Count.ShouldBe(Runs);

        var peak = server.PeakResidentBytes();
        output.WriteLine($"idle {idle / 1024 / 1024} MiB, with {Runs} open runs and 200 polls {peak / 1024 / 1024} MiB, {(peak - idle) / Runs} bytes a run");
        peak.ShouldBeLessThan(Gibibyte);
    }

    // The process may use 384 MiB; what is sent is several times as much.
    [Theory]
    [InlineData(100_000, 12_000)]
    [InlineData(1_900_000, 600)]
    public async Task Starts_MoreThanMemoryHolds_AreRefusedAndTheEngineGoesOn(int bytes, int count)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var directory = new TemporaryDirectory();
        await using var server = await HostProcess.StartAsync(new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x18000000" }, "server", directory.File("data"));
        await using var channel = new GrpcChannel(new() { Target = $"127.0.0.1:{server.Port}" });
        var handler = channel.Handler;
        var (taken, refused) = (0, 0);
        await ManyAsync(count, async i =>
        {
            try
            {
                await handler.CallAsync<StartWorkflowExecutionResponse>(Start($"order-{i}", bytes)).WithinLimit();
                Interlocked.Increment(ref taken);
            }
            catch (RpcException error)
            {
                error.Code.ShouldBe(RpcStatusCode.ResourceExhausted, error.Message);
                Interlocked.Increment(ref refused);
            }
        });

        var peak = server.PeakResidentBytes();
        output.WriteLine($"{taken} taken, {refused} refused, peak {peak / 1024 / 1024} MiB");
        taken.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
        peak.ShouldBeLessThan(Gibibyte);

        // What was taken can be worked off, and then there is room again.
        await ManyAsync(taken, async _ => await handler.CallAsync<RespondWorkflowTaskCompletedResponse>(new RespondWorkflowTaskCompletedRequest
        {
            TaskToken = (await TaskAsync(handler)).TaskToken,
            Commands = { new Command { CommandType = CommandType.CompleteWorkflowExecution, CompleteWorkflowExecutionCommandAttributes = new() } },
        }));
        await handler.CallAsync<StartWorkflowExecutionResponse>(Start("after", bytes)).WithinLimit();
    }

    private static async Task<PollWorkflowTaskQueueResponse> TaskAsync(RpcHandler handler)
    {
        while (true)
        {
            if (await PollAsync(handler).WithinLimit() is { TaskToken.IsEmpty: false } task)
                return task;
        }
    }

    private static Task<PollWorkflowTaskQueueResponse> PollAsync(RpcHandler handler) =>
        handler.CallAsync<PollWorkflowTaskQueueResponse>(new PollWorkflowTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = "orders" } });

    private static StartWorkflowExecutionRequest Start(string id, int bytes) => new()
    {
        Namespace = "default",
        WorkflowId = id,
        WorkflowType = new() { Name = "Order" },
        TaskQueue = new() { Name = "orders" },
        WorkflowTaskTimeout = TimeSpan.FromMinutes(10).ToDuration(),
        RequestId = id,
        Input = new() { Payloads_ = { new Protocol.Api.Common.V1.Payload { Data = ByteString.CopyFrom(new byte[bytes]) } } },
    };

    private static Task ManyAsync(int count, Func<int, Task> send) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (i, _) => await send(i));
}
