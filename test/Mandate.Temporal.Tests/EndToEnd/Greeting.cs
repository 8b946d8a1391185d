using Mandate.Temporal.Activities;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.EndToEnd;

/// <summary>Activities of the end-to-end tests.</summary>
public sealed class Greeting
{
    private int _attempts;

    /// <summary>Ends the waits of <see cref="WaitForGateAsync"/>.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ActivityCancelReason CancelReason { get; private set; }

    public int Attempts => _attempts;

    /// <summary>Longer than any test: an attempt that timed out on a machine that stood still for a while would be another story than the one that is tested.</summary>
    internal static ActivityOptions Options { get; } = new() { StartToCloseTimeout = TimeSpan.FromMinutes(10) };

    [Activity]
    public static string Upper(string text) => text.ToUpperInvariant();

    [Activity]
    public Task<string> GreetAsync(string name, string greeting = "Hello") => Task.FromResult($"{greeting}, {name}!");

    [Activity]
    public Task<int> FailTwiceAsync()
    {
        var attempt = Interlocked.Increment(ref _attempts);
        return attempt <= 2 ? throw new InvalidOperationException($"attempt {attempt}") : Task.FromResult(ActivityExecutionContext.Current.Info.Attempt);
    }

    [Activity]
    public Task FailAsync() => throw new Protocol.Failures.ApplicationFailureException("no luck", "NoLuck", nonRetryable: true, details: ["detail"]);

    [Activity]
    public async Task<string> WaitForGateAsync()
    {
        Waiting.TrySetResult();
        await Gate.Task;
        return "opened";
    }

    [Activity]
    public async Task HeartbeatUntilCanceledAsync()
    {
        var context = ActivityExecutionContext.Current;
        Waiting.TrySetResult();
        try
        {
            while (true)
            {
                context.Heartbeat("alive");
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, context.CancellationToken);
            }
        }
        finally
        {
            CancelReason = context.CancelReason;
        }
    }

    [Activity]
    public async Task<string> RememberHeartbeatAsync()
    {
        var info = ActivityExecutionContext.Current.Info;
        if (info.Attempt > 1)
            return await info.HeartbeatDetailAtAsync<string>(0);
        ActivityExecutionContext.Current.Heartbeat("step 3");
        throw new InvalidOperationException("lost");
    }
}
