namespace Mandate.Interop.Tests.Harness;

/// <summary>A run that was started: its ids.</summary>
public sealed record Run(string WorkflowId, string RunId);
