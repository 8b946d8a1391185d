using Mandate.Engine.History;

namespace Mandate.Engine.Skipping;

/// <summary>Whether runs wait for nothing but time and callers, and whether somebody waits for the end of one.</summary>
internal readonly record struct RunRest(bool IsAtRest, bool IsAwaited)
{
    /// <summary>Nothing runs, nobody waits.</summary>
    public static RunRest None => new(IsAtRest: true, IsAwaited: false);

    public static RunRest Busy => new(IsAtRest: false, IsAwaited: false);

    /// <summary>
    /// A run is at rest when no workflow task waits or runs, no activity waits for a worker or runs, no query is unanswered, and no message to another run is on its way. Under the
    /// lock of the run's chain.
    /// </summary>
    public static RunRest Of(Run run, DateTimeOffset now)
    {
        if (!run.IsLoaded || !run.State.IsOpen)
            return run.Queries.IsEmpty ? None : Busy;
        var state = run.State;
        var isBusy = state.WorkflowTask is not null
            || !run.Queries.IsEmpty
            || state.ExternalSignals.Count > 0
            || state.ExternalCancels.Count > 0
            || state.Activities.Values.Any(a => a.Pause is null && (a.IsStarted || a.AttemptScheduledAt <= now))
            || state.Children.Values.Any(c => !c.IsStarted);
        return isBusy ? Busy : new(IsAtRest: true, run.ResultWaiters > 0);
    }

    public RunRest And(RunRest other) => new(IsAtRest && other.IsAtRest, IsAwaited || other.IsAwaited);
}
