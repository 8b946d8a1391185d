using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;
using Mandate.Testing;

namespace Mandate.Temporal.Testing.Tests.Support;

/// <summary>Runs a test in a time-skipping environment with one worker, then replays what was started.</summary>
internal static class EnvironmentRunner
{
    internal const string Queue = "tests";

    internal static Task RunAsync(Action<TemporalWorkerOptions> worker, Func<WorkflowEnvironment, Task> body) => RunAsync((options, _) => worker(options), body);

    internal static async Task RunAsync(Action<TemporalWorkerOptions, TimeProvider> worker, Func<WorkflowEnvironment, Task> body)
    {
        await using var env = await WorkflowEnvironment.StartTimeSkippingAsync();
        var options = new TemporalWorkerOptions(Queue) { DeadlockTimeout = TimeSpan.FromSeconds(30) };
        worker(options, env.Client.Options.TimeProvider);
        using (var running = new TemporalWorker(env.Client, options))
            await running.ExecuteAsync(() => body(env)).WaitAsync(Eventually.Limit);
        await ReplayAsync(env, options);
    }

    internal static WorkflowOptions Options(string id = "test") => new(id, Queue);

    /// <summary>Leaves a clock that wants to jump the time to do so, and sees that it does not.</summary>
    internal static async Task SkipsNothingAsync(WorkflowEnvironment env)
    {
        var before = await env.GetCurrentTimeAsync();
        for (var i = 0; i < 10_000; i++)
            await Task.Yield();
        (await env.GetCurrentTimeAsync() - before).ShouldBeLessThan(Eventually.Limit);
    }

    private static async Task ReplayAsync(WorkflowEnvironment env, TemporalWorkerOptions options)
    {
        var replayer = new WorkflowReplayerOptions();
        foreach (var workflow in options.Workflows)
            replayer.AddWorkflow(workflow);
        await foreach (var run in env.Client.ListWorkflowsAsync(""))
            await new WorkflowReplayer(replayer).ReplayWorkflowAsync(await env.Client.GetWorkflowHandle(run.Id, run.RunId).FetchHistoryAsync());
    }
}
