namespace Mandate.Temporal.Testing;

/// <summary>How a time-skipping environment is started. The clock is the environment's own.</summary>
public sealed record WorkflowEnvironmentStartTimeSkippingOptions : WorkflowEnvironmentOptions;
