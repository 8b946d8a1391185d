namespace Mandate.Temporal.Worker;

/// <summary>Workflow code came back after its task had been failed as a deadlock: what it did is void.</summary>
internal sealed class DeadlockException() : Exception("The workflow task was failed as a deadlock.");
