namespace Mandate.Temporal.Worker.Machine;

/// <summary>The workflow's code did something else than its history says. The message names the event and the command.</summary>
internal sealed class NonDeterminismException(string message) : Exception(message);
