namespace Mandate.Temporal.Testing;

/// <summary>How an environment on the given clock, by default the system's, is started.</summary>
public sealed record WorkflowEnvironmentStartLocalOptions : WorkflowEnvironmentOptions
{
    /// <summary>Directory of the engine's store, which is kept at the end. Default: a temporary one, which is not.</summary>
    public string? DataDirectory { get; init; }
}
