namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Workers:&lt;n&gt;</c>: an assembly whose workflows and activities this process runs.</summary>
internal sealed class WorkerOptions
{
    /// <summary>Path of the assembly, or the name of one beside the program.</summary>
    public string? Assembly { get; set; }

    /// <summary>Task queue to poll.</summary>
    public string? TaskQueue { get; set; }

    /// <summary>Full names of the classes to run; unset, every one of the assembly that has workflows or activities.</summary>
    public List<string> Types { get; set; } = [];

    /// <summary>Most activities at a time.</summary>
    public int MaxConcurrentActivities { get; set; } = 100;

    /// <summary>Most workflow tasks at a time.</summary>
    public int MaxConcurrentWorkflowTasks { get; set; } = 100;

    /// <summary>
    /// How long a workflow task waits for the worker that has the run in memory before any worker of the task queue may take it. After a worker died, its runs go on this much later.
    /// </summary>
    public TimeSpan StickyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long activities may go on when the worker is stopped.</summary>
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(10);
}
