using System.Diagnostics;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Client;
using Mandate.Temporal.Testing.Tests.Support;
using Mandate.Temporal.Worker;
using Mandate.Testing;
using static Mandate.Temporal.Testing.Tests.Support.EnvironmentRunner;

namespace Mandate.Temporal.Testing.Tests;

public sealed class TimeSkippingTests
{
    [Fact]
    public Task Timer_OfThirtyDays_PassesAtOnce() => RunAsync(o => o.AddWorkflow<Sleeps>(), async env =>
    {
        var before = await env.GetCurrentTimeAsync();

        var slept = await env.Client.ExecuteWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(30)), Options());

        slept.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromDays(30));
        (await env.GetCurrentTimeAsync() - before).ShouldBeInRange(TimeSpan.FromDays(30), TimeSpan.FromDays(30) + Eventually.Limit);
    });

    [Fact]
    public Task Timers_ManyAtOnce_FireInTheOrderOfTheirTimes() => RunAsync(o => o.AddWorkflow<SleepsTogether>(), async env =>
    {
        var minutes = Enumerable.Range(1, 200).OrderBy(i => i * 7_919 % 211).ToArray();

        var woke = await env.Client.ExecuteWorkflowAsync((SleepsTogether wf) => wf.RunAsync(minutes), Options());

        woke.ShouldBe(minutes.Order());
    });

    [Fact]
    public Task Timers_OfManyWorkflows_AllPass() => RunAsync(o => o.AddWorkflow<Sleeps>(), async env =>
    {
        var sleeps = Enumerable.Range(1, 50).Select(i => env.Client.ExecuteWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromHours(i)), Options($"test-{i}")));

        (await Task.WhenAll(sleeps)).Length.ShouldBe(50);
    });

    [Fact]
    public Task WaitCondition_ThatNeverHolds_EndsAtItsTimeout() => RunAsync(o => o.AddWorkflow<Waits>(), async env =>
        (await env.Client.ExecuteWorkflowAsync((Waits wf) => wf.RunAsync(), Options())).ShouldBeFalse());

    [Fact]
    public Task Signal_WhileAutoSkippingIsDisabled_ComesBeforeTheTimeout() => RunAsync(o => o.AddWorkflow<Waits>(), env => env.WithAutoTimeSkippingDisabled(async () =>
    {
        var handle = await env.Client.StartWorkflowAsync((Waits wf) => wf.RunAsync(), Options());
        var result = handle.GetResultAsync();
        // By now the workflow waits for its signal, and somebody for its result; only the environment's setting keeps the week from passing.
        await Eventually.BecomesAsync(async () => (await handle.FetchHistoryAsync()).Events.Any(e => e.EventType == EventType.TimerStarted));
        await SkipsNothingAsync(env);
        result.IsCompleted.ShouldBeFalse();

        await handle.SignalAsync(wf => wf.GoAsync());

        (await result).ShouldBeTrue();
    }));

    [Fact]
    public Task Result_NobodyWaitsFor_SkipsNothing() => RunAsync(o => o.AddWorkflow<Sleeps>(), async env =>
    {
        var handle = await env.Client.StartWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(30)), Options());
        await StaysAsleepAsync(env, handle);
        await env.DelayAsync(TimeSpan.FromDays(29));
        await StaysAsleepAsync(env, handle);

        await env.DelayAsync(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        (await handle.QueryAsync(wf => wf.Woke)).ShouldBeTrue();
    });

    [Fact]
    public Task Result_OfOneWorkflow_LeavesTheTimerOfAnotherThatIsDueLater() => RunAsync(o => o.AddWorkflow<Sleeps>(), async env =>
    {
        var longer = await env.Client.StartWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(30)), Options("longer"));

        await env.Client.ExecuteWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(10)), Options("shorter"));

        await StaysAsleepAsync(env, longer);
        await longer.TerminateAsync();
    });

    [Fact]
    public Task Children_WithTimers_WakeInOrderWithTheirParent() => RunAsync(o => o.AddWorkflow<Parent>().AddWorkflow<Sleeps>(), async env =>
        (await env.Client.ExecuteWorkflowAsync((Parent wf) => wf.RunAsync(), Options())).ShouldBe(["child 1", "parent", "child 2"]));

    [Fact]
    public Task RunTimeout_OfAWorkflowThatWaitsLonger_Passes() => RunAsync(o => o.AddWorkflow<Sleeps>(), async env =>
    {
        var options = Options() with { RunTimeout = TimeSpan.FromHours(5) };
        var before = await env.GetCurrentTimeAsync();

        var error = await Should.ThrowAsync<WorkflowFailedException>(env.Client.ExecuteWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(30)), options));

        error.InnerException.ShouldBeOfType<TimeoutFailureException>();
        (await env.GetCurrentTimeAsync() - before).ShouldBeInRange(TimeSpan.FromHours(5), TimeSpan.FromHours(6));
    });

    [Fact]
    public Task ExecutionTimeout_OfAWorkflowThatIsRetried_EndsItsRetries() => RunAsync(o => o.AddWorkflow<Sleeps>(), async env =>
    {
        var options = Options() with { ExecutionTimeout = TimeSpan.FromHours(5), RunTimeout = TimeSpan.FromHours(1), RetryPolicy = new() { InitialInterval = TimeSpan.FromHours(1), BackoffCoefficient = 1 } };

        await Should.ThrowAsync<WorkflowFailedException>(env.Client.ExecuteWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(30)), options));

        // Runs at hours 0, 2 and 4; the next would start when the time is up.
        (await env.Client.CountWorkflowsAsync("")).Count.ShouldBe(3);
    });

    [Fact]
    public Task StartDelay_OfADay_Passes() => RunAsync(o => o.AddWorkflow<Sleeps>(), async env =>
    {
        var before = await env.GetCurrentTimeAsync();

        await env.Client.ExecuteWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromHours(1)), Options() with { StartDelay = TimeSpan.FromDays(1) });

        (await env.GetCurrentTimeAsync() - before).ShouldBeInRange(TimeSpan.FromHours(25), TimeSpan.FromHours(26));
    });

    [Fact]
    public Task Cron_OverFiveHours_RunsOnEachHour() => RunAsync(o => o.AddWorkflow<Ticks>(), async env =>
    {
        await env.DelayAsync(TimeSpan.FromMinutes(90 - (await env.GetCurrentTimeAsync()).Minute)); // to the middle of an hour, far from the next tick
        var handle = await env.Client.StartWorkflowAsync((Ticks wf) => wf.RunAsync(), Options() with { CronSchedule = "0 * * * *" });
        await env.DelayAsync(TimeSpan.FromHours(5));

        var runs = await env.Client.ListWorkflowsAsync("ExecutionStatus = 'Completed' ORDER BY StartTime").ToListAsync();
        var ticks = await env.Client.GetWorkflowHandle(handle.Id, runs[^1].RunId).GetResultAsync<List<DateTime>>(followRuns: false);

        runs.Count.ShouldBe(5);
        ticks.Count.ShouldBe(5);
        ticks.Zip(ticks.Skip(1), (a, b) => b - a).ShouldAllBe(gap => gap > TimeSpan.FromMinutes(59) && gap < TimeSpan.FromMinutes(61));
        ticks.ShouldAllBe(t => t.Minute == 0);
        await handle.Client.GetWorkflowHandle(handle.Id).TerminateAsync();
    });

    [Fact]
    public async Task Start_OnTheSystemsClock_CannotSkip()
    {
        await using var env = await WorkflowEnvironment.StartLocalAsync();

        env.SupportsTimeSkipping.ShouldBeFalse();
        env.WithAutoTimeSkippingDisabled(() => 1).ShouldBe(1);
        (await env.GetCurrentTimeAsync()).ShouldBe(TimeProvider.System.GetUtcNow().UtcDateTime, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Delay_Cancelled_Ends()
    {
        await using var env = await WorkflowEnvironment.StartTimeSkippingAsync();
        using var worker = new TemporalWorker(env.Client, new TemporalWorkerOptions(Queue).AddWorkflow<Sleeps>());

        // The workflow has a task that no worker takes, so the clock must not jump.
        await env.Client.StartWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(1)), Options());
        using var cancel = new CancellationTokenSource();
        var delay = env.DelayAsync(TimeSpan.FromDays(40), cancel.Token);
        delay.IsCompleted.ShouldBeFalse();

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(delay.WithinLimit());
    }

    private static async Task StaysAsleepAsync(WorkflowEnvironment env, WorkflowHandle<Sleeps> handle)
    {
        (await handle.QueryAsync(wf => wf.Woke)).ShouldBeFalse();
        await SkipsNothingAsync(env);
    }
}
