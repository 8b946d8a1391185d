using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Tests;

/// <summary>Durations no clock can reach, which arrive from callers and would come back from the store at every start.</summary>
public sealed class DurationTests
{
    [Theory, InlineData(long.MaxValue, 0), InlineData(1, int.MinValue), InlineData(long.MinValue, 0), InlineData(315_576_000_001, 999_999_999)]
    public async Task Start_RetryPolicyWithADurationOutOfRange_RunsAndRecovers(long seconds, int nanos)
    {
        await using var host = await EngineHost.StartAsync();
        var policy = new RetryPolicy { MaximumInterval = new() { Seconds = seconds, Nanos = nanos }, MaximumAttempts = 1 };

        await host.StartAsync("order-1", r => r.RetryPolicy = policy);

        await host.RestartAsync();
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        (await host.StatusAsync("order-1")).ShouldBe(WorkflowExecutionStatus.Completed);
    }

    [Fact]
    public async Task Activity_FailsAskingForADelayOutOfRange_WaitsAndRecovers()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());
        var activity = await host.NextActivityAsync();

        await host.CallAsync<Protocol.Api.WorkflowService.V1.RespondActivityTaskFailedResponse>(new Protocol.Api.WorkflowService.V1.RespondActivityTaskFailedRequest
        {
            TaskToken = activity.TaskToken,
            Failure = new() { Message = "later", ApplicationFailureInfo = new() { NextRetryDelay = new Duration { Seconds = long.MaxValue, Nanos = int.MinValue } } },
        });

        await host.RestartAsync();
        (await host.DescribeAsync("order-1")).PendingActivities.Single().Attempt.ShouldBe(2);
        await host.TerminateAsync("order-1");
    }
}
