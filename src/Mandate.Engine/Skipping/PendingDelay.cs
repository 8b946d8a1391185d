namespace Mandate.Engine.Skipping;

/// <summary>Somebody waits for a time on a <see cref="SkippingClock"/>.</summary>
internal sealed class PendingDelay(DateTimeOffset due)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DateTimeOffset Due { get; } = due;

    /// <summary>Ends when the clock has jumped to the time.</summary>
    public Task Reached => _reached.Task;

    public void End() => _reached.TrySetResult();
}
