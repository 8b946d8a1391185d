using Mandate.Temporal.Activities;

namespace Mandate.Temporal.Testing.Tests.Support;

/// <summary>Activities of the tests, on the clock of an environment.</summary>
public sealed class TestActivities(TimeProvider clock)
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<DateTimeOffset> _attempts = [];

    /// <summary>Ends when <see cref="WaitForGate"/> runs.</summary>
    public Task Waiting => _waiting.Task;

    /// <summary>When <see cref="FailThrice"/> was attempted.</summary>
    public IReadOnlyList<DateTimeOffset> Attempts => _attempts;

    public void OpenGate() => _gate.TrySetResult();

    [Activity]
    public string FailThrice()
    {
        _attempts.Add(clock.GetUtcNow());
        return _attempts.Count <= 3 ? throw new InvalidOperationException("not yet") : $"attempt {ActivityExecutionContext.Current.Info.Attempt}";
    }

    [Activity]
    public async Task<string> WaitForGate()
    {
        _waiting.TrySetResult();
        await _gate.Task;
        return "opened";
    }

    /// <summary>Does not send the heartbeats it promises, in its first attempt.</summary>
    [Activity]
    public async Task<string> FallSilentOnce()
    {
        var context = ActivityExecutionContext.Current;
        if (context.Info.Attempt == 1)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        return $"attempt {context.Info.Attempt}";
    }
}
