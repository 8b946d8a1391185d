namespace Mandate.Identity.Propagation;

/// <summary>
/// Whether a principal is good cannot be decided yet, because the keys are not at hand. It fails the workflow task or the attempt, which are tried again, and never the workflow.
/// </summary>
public sealed class PrincipalKeysUnavailableException(string message) : Exception(message);
