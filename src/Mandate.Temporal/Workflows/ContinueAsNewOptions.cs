using Mandate.Temporal.Common;

namespace Mandate.Temporal.Workflows;

/// <summary>How a workflow continues as a new run. What is null is taken over from the present run.</summary>
public sealed record ContinueAsNewOptions
{
    /// <summary>Task queue.</summary>
    public string? TaskQueue { get; init; }

    /// <summary>Time for the new run.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>Time for one workflow task.</summary>
    public TimeSpan? TaskTimeout { get; init; }

    /// <summary>Wait before the first workflow task of the new run.</summary>
    public TimeSpan? BackoffStartInterval { get; init; }

    /// <summary>How failed runs are repeated.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>Memo fields.</summary>
    public IReadOnlyDictionary<string, object>? Memo { get; init; }

    /// <summary>Search attributes.</summary>
    public SearchAttributeCollection? TypedSearchAttributes { get; init; }
}
