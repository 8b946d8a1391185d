using Mandate.Temporal.Client;
using Mandate.Temporal.Testing.Tests.Support;
using Mandate.Testing;
using static Mandate.Temporal.Testing.Tests.Support.EnvironmentRunner;

namespace Mandate.Temporal.Testing.Tests;

public sealed class TimeSkippingActivityTests
{
    private TestActivities _activities = null!;

    [Fact]
    public Task Retries_WithHoursBetween_PassAtOnce() => RunWithActivitiesAsync(async env =>
    {
        (await env.Client.ExecuteWorkflowAsync((Calls wf) => wf.RunAsync(nameof(TestActivities.FailThrice)), Options())).ShouldBe("attempt 4");

        var gaps = _activities.Attempts.Zip(_activities.Attempts.Skip(1), (a, b) => b - a).ToArray();
        gaps[0].ShouldBeInRange(TimeSpan.FromHours(3), TimeSpan.FromHours(3.1));
        gaps[1].ShouldBeInRange(TimeSpan.FromHours(6), TimeSpan.FromHours(6.1));
        gaps[2].ShouldBeInRange(TimeSpan.FromHours(12), TimeSpan.FromHours(12.1));
    });

    [Fact]
    public Task Activity_WhileItRuns_KeepsTheClockFromSkipping() => RunWithActivitiesAsync(async env =>
    {
        var sleeping = await env.Client.StartWorkflowAsync((Sleeps wf) => wf.RunAsync(TimeSpan.FromDays(1)), Options("sleeps"));
        var result = env.Client.ExecuteWorkflowAsync((Calls wf) => wf.RunAsync(nameof(TestActivities.WaitForGate)), Options("calls"));
        await _activities.Waiting;
        var woken = sleeping.GetResultAsync();
        // An answered query shows that the workflow is in its sleep, and the day would pass at once.
        (await sleeping.QueryAsync(wf => wf.Woke)).ShouldBeFalse();
        await SkipsNothingAsync(env);
        woken.IsCompleted.ShouldBeFalse();

        _activities.OpenGate();

        (await result).ShouldBe("opened");
        await woken;
    });

    [Fact]
    public Task HeartbeatTimeout_OfASilentActivity_PassesAsTimeDoesAndTheRetryFollowsAtOnce() => RunWithActivitiesAsync(async env =>
    {
        var before = await env.GetCurrentTimeAsync();

        var answer = await env.Client.ExecuteWorkflowAsync((Calls wf) => wf.RunAsync(nameof(TestActivities.FallSilentOnce)), Options());

        // The second attempt, unless the machine stood still for as long as a heartbeat may be late; then a later one, after as many back-offs of 3 h, 6 h, 12 h…
        var attempt = int.Parse(answer.Split("attempt ")[1]);
        attempt.ShouldBeGreaterThan(1);
        var backOffs = TimeSpan.FromHours(3 * (Math.Pow(2, attempt - 1) - 1));
        (await env.GetCurrentTimeAsync() - before).ShouldBeInRange(backOffs, backOffs + TimeSpan.FromHours(0.1));
    });

    private Task RunWithActivitiesAsync(Func<WorkflowEnvironment, Task> body) => RunAsync(
        (options, clock) =>
        {
            _activities = new(clock);
            options.AddWorkflow<Calls>().AddWorkflow<Sleeps>().AddAllActivities(_activities);
        },
        body);
}
