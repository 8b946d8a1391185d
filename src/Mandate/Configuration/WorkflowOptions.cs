namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Workflows:&lt;type&gt;</c>: a workflow type that a worker in another process runs.</summary>
internal sealed class WorkflowOptions
{
    /// <summary>Task queue that worker polls.</summary>
    public string? TaskQueue { get; set; }
}
