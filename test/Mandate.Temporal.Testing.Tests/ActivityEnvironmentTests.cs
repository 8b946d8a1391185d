using Mandate.Protocol.Conversion;
using Mandate.Temporal.Activities;
using Mandate.Testing;

namespace Mandate.Temporal.Testing.Tests;

public sealed class ActivityEnvironmentTests
{
    [Fact]
    public async Task Run_ActivityThatHeartbeats_GivesResultAndHeartbeats()
    {
        var heartbeats = new List<object?>();
        var env = new ActivityEnvironment { Heartbeater = details => heartbeats.AddRange(details) };

        var result = await env.RunAsync(async () =>
        {
            ActivityExecutionContext.Current.Heartbeat(1);
            await Task.Yield();
            ActivityExecutionContext.Current.Heartbeat("two", 3);
            return ActivityExecutionContext.Current.Info.ActivityType;
        });

        result.ShouldBe("unknown");
        heartbeats.ShouldBe([1, "two", 3]);
        ActivityExecutionContext.HasCurrent.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_WithInfoOfALaterAttempt_TheActivityGoesOnFromItsDetails()
    {
        var env = new ActivityEnvironment
        {
            Info = ActivityEnvironment.DefaultInfo with { Attempt = 2, HeartbeatDetails = [DataConverter.Default.PayloadConverter.ToPayload("step 3")] },
        };

        var step = await env.RunAsync(() => ActivityExecutionContext.Current.Info.HeartbeatDetailAtAsync<string>(0));

        step.ShouldBe("step 3");
    }

    [Fact]
    public async Task Cancel_ARunningActivity_CancelsItsTokenWithTheReason()
    {
        var env = new ActivityEnvironment();
        var run = env.RunAsync(async () =>
        {
            var context = ActivityExecutionContext.Current;
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
                return ActivityCancelReason.None;
            }
            catch (OperationCanceledException)
            {
                return context.CancelReason;
            }
        });

        env.Cancel(ActivityCancelReason.Timeout);
        env.Cancel(ActivityCancelReason.Paused);

        (await run.WithinLimit()).ShouldBe(ActivityCancelReason.Timeout);
    }

    [Fact]
    public async Task WorkerShutdown_ARunningActivity_HearsOfIt()
    {
        var env = new ActivityEnvironment();
        env.WorkerShutdown();

        await env.RunAsync(() =>
        {
            ActivityExecutionContext.Current.WorkerShutdownToken.IsCancellationRequested.ShouldBeTrue();
            ActivityExecutionContext.Current.CancellationToken.IsCancellationRequested.ShouldBeFalse();
        });
    }

    [Fact]
    public async Task Client_NotGiven_IsAnErrorThatSaysSo() =>
        (await Should.ThrowAsync<InvalidOperationException>(new ActivityEnvironment().RunAsync(() => ActivityExecutionContext.Current.TemporalClient))).Message.ShouldContain("without a worker");

    [Fact]
    public async Task Run_AnActivityThatFails_ThrowsItsError() =>
        (await Should.ThrowAsync<FormatException>(new ActivityEnvironment().RunAsync(() => throw new FormatException("bad")))).Message.ShouldBe("bad");
}
