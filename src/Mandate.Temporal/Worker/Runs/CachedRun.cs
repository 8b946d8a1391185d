namespace Mandate.Temporal.Worker.Runs;

/// <summary>A place in the cache. The gate lets one task at a time work on the run: a query may arrive beside a workflow task.</summary>
internal sealed class CachedRun(string runId)
{
    internal string RunId { get; } = runId;

    internal SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The run, null when it has to be built from history.</summary>
    internal WorkflowRun? Run { get; set; }

    /// <summary>Tasks that hold or await the gate; guarded by the cache.</summary>
    internal int Users { get; set; }
}
