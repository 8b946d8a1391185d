using Google.Protobuf;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Engine.Tests;

/// <summary>Whatever comes in is answered or refused by name; nothing crashes, and INTERNAL is a defect.</summary>
public sealed class HostileInputTests(ITestOutputHelper output)
{
    [Fact]
    public async Task UnknownMethod_IsRefusedInTheWordsSdksLookFor()
    {
        await using var host = await EngineHost.StartAsync();
        var error = await Should.ThrowAsync<RpcException>(() => host.Handler(new RpcCall(new ResetWorkflowExecutionRequest())));
        error.Code.ShouldBe(RpcStatusCode.Unimplemented);
        error.Message.ShouldBe("unknown method ResetWorkflowExecution for service temporal.api.workflowservice.v1.WorkflowService");
    }

    [Fact]
    public async Task UnknownNamespace_IsNotFoundWithItsDetail()
    {
        await using var host = await EngineHost.StartAsync();
        var error = await Should.ThrowAsync<RpcException>(() => host.Handler(new RpcCall(new PollWorkflowTaskQueueRequest { Namespace = "nowhere", TaskQueue = new() { Name = "q" } })));
        error.Code.ShouldBe(RpcStatusCode.NotFound);
        error.Details.OfType<NamespaceNotFoundFailure>().Single().Namespace.ShouldBe("nowhere");
    }

    public static TheoryData<string, Action<StartWorkflowExecutionRequest>> BadStarts() => new()
    {
        { "1000", r => r.WorkflowId = new string('x', 2_000) },
        { "workflow id", r => r.WorkflowId = "" },
        { "workflow type", r => r.WorkflowType = null },
        { "workflow type", r => r.WorkflowType.Name = "" },
        { "task queue", r => r.TaskQueue = null },
        { "2097152", r => r.Input = EngineHost.Text(new string('x', 3 * 1024 * 1024)) },
        { "memo", r => r.Memo = new() { Fields = { ["m"] = EngineHost.Text(new string('x', 3 * 1024 * 1024)).Payloads_[0] } } },
        { "negative", r => r.WorkflowRunTimeout = new() { Seconds = -1 } },
        { "coefficient", r => r.RetryPolicy = new() { BackoffCoefficient = 0.5 } },
        { "coefficient", r => r.RetryPolicy = new() { BackoffCoefficient = double.NaN } },
        { "maximum interval", r => r.RetryPolicy = new() { InitialInterval = new() { Seconds = 5 }, MaximumInterval = new() { Seconds = 1 } } },
        { "start delay", r => (r.WorkflowStartDelay, r.CronSchedule) = (new() { Seconds = 1 }, "* * * * *") },
    };

    [Theory]
    [MemberData(nameof(BadStarts))]
    public async Task BadStart_IsInvalidArgumentWithTheReason(string expected, Action<StartWorkflowExecutionRequest> spoil)
    {
        await using var host = await EngineHost.StartAsync();
        var error = await Should.ThrowAsync<RpcException>(() => host.StartAsync("order", spoil));
        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.Replace(",", "", StringComparison.Ordinal).ShouldContain(expected);
        (await Should.ThrowAsync<RpcException>(() => host.DescribeAsync("order"))).Code.ShouldBe(RpcStatusCode.NotFound);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("\u0001\u0002\u0003")]
    public async Task ForeignTaskToken_IsInvalidArgument(string token)
    {
        await using var host = await EngineHost.StartAsync();
        var error = await Should.ThrowAsync<RpcException>(() => host.Handler(new RpcCall(new RespondActivityTaskCompletedRequest { TaskToken = ByteString.CopyFromUtf8(token) })));
        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
    }

    [Fact]
    public async Task WaitingPolls_PastTheirLimit_AreRefused()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxWaitingPolls = 2 } });
        _ = host.PollAsync();
        _ = host.PollAsync();
        await host.WaitingAsync("orders", activity: false, count: 2);
        (await Should.ThrowAsync<RpcException>(() => host.PollAsync())).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task OpenRuns_PastTheirLimit_AreRefused()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxOpenRuns = 2 } });
        await host.StartAsync("one");
        await host.StartAsync("two");
        (await Should.ThrowAsync<RpcException>(() => host.StartAsync("three"))).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        await host.TerminateAsync("one");
        await host.StartAsync("three");
    }

    /// <summary>Requests of every RPC with random fields, and with single bytes of valid ones changed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task MutatedRequests_OfEveryMethod_AreAnsweredOrRefused(int fixedSeed)
    {
        var seed = fixedSeed == 0 ? Seed.Choose() : fixedSeed;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var host = await EngineHost.StartAsync(o => o with { PollTimeout = TimeSpan.FromTicks(1), LongPollTimeout = TimeSpan.FromTicks(1) });
        await host.StartIdleAsync("order");
        await host.StartAsync("other");
        var task = await host.NextTaskAsync();
        var methods = RpcMethods.All.Where(m => m.Service.EndsWith("WorkflowService", StringComparison.Ordinal)).OrderBy(m => m.Name, StringComparer.Ordinal).ToArray();
        for (var i = 0; i < 6_000; i++)
        {
            var method = methods[random.Next(methods.Length)];
            var request = RandomMessages.Create(method.Request, random, task.TaskToken);
            if (random.Next(3) == 0 && RandomMessages.TryFlip(request, method.RequestParser, random) is { } flipped)
                request = flipped;
            using var cancellation = new CancellationTokenSource();
            try
            {
                var call = host.Handler(new RpcCall(method, request, cancellation.Token));
                for (var turn = 0; turn < 2_000 && !call.IsCompleted; turn++)
                {
                    host.Time.Advance(TimeSpan.FromSeconds(1));
                    await Task.Yield();
                }

                if (!call.IsCompleted)
                    await cancellation.CancelAsync();
                await call.Soon();
            }
            catch (RpcException error)
            {
                error.Code.ShouldNotBe(RpcStatusCode.Internal, $"{method.Name} with seed {seed} at {i}: {error.InnerException}");
                error.Code.ShouldNotBe(RpcStatusCode.Unknown);
            }
            catch (OperationCanceledException)
            {
                // It would have waited longer.
            }
        }

        await host.StartAsync("healthy", r => r.TaskQueue.Name = "healthy");
        (await host.NextTaskAsync("healthy")).WorkflowExecution.WorkflowId.ShouldBe("healthy");
    }
}
