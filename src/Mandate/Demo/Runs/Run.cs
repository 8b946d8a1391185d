namespace Mandate.Demo.Runs;

/// <summary>A run of the demonstration, as its history tells it.</summary>
internal sealed record Run
{
    /// <summary>Id of the execution.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>Id of the run.</summary>
    public required string RunId { get; init; }

    /// <summary>Workflow type.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>Task queue.</summary>
    public required string TaskQueue { get; init; }

    /// <summary>Id of the execution that started it; null at the top of the tree.</summary>
    public string? Parent { get; init; }

    /// <summary>running, completed, or how else it ended.</summary>
    public required string Status { get; init; }

    /// <summary>For whom it acts: <c>user@tenant</c> of the verified envelope.</summary>
    public string? ActsFor { get; init; }

    /// <summary>Its steps in order.</summary>
    public required IReadOnlyList<RunStep> Steps { get; init; }

    /// <summary>How many events its history has.</summary>
    public required int Events { get; init; }

    /// <summary>Whether it waits and there is nothing for its worker to do.</summary>
    public required bool IsWaiting { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => Status != "running";
}
