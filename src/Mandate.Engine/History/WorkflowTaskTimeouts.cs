namespace Mandate.Engine.History;

/// <summary>How long a worker may take for a workflow task.</summary>
internal static class WorkflowTaskTimeouts
{
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan Maximum = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan RetryStep = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MaximumRetry = TimeSpan.FromMinutes(10);

    /// <summary>The time-out of a run's tasks from what its starter asked for: ten seconds by default, two minutes at most.</summary>
    public static TimeSpan Normalize(Google.Protobuf.WellKnownTypes.Duration? wanted) =>
        Durations.Of(wanted) is var timeout && timeout <= TimeSpan.Zero ? Default : timeout > Maximum ? Maximum : timeout;

    /// <summary>
    /// Workers report a failure once and let later attempts time out, so the time-out is what spaces the retries: it grows from the fourth attempt on.
    /// </summary>
    public static TimeSpan ForAttempt(TimeSpan timeout, int attempt)
    {
        if (attempt <= 3)
            return timeout;
        var extra = RetryStep * Math.Pow(2, Math.Min(attempt - 4, 16));
        return timeout + (extra < MaximumRetry ? extra : MaximumRetry);
    }
}
