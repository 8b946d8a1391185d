namespace Mandate.Rest.Problems;

/// <summary>Refuses a request. The message goes to the caller, so it is written for them and holds nothing of the service's inside.</summary>
internal sealed class ProblemException(ProblemKind kind, string detail, string? reason = null, Exception? inner = null) : Exception(detail, inner)
{
    /// <summary>What kind of refusal.</summary>
    public ProblemKind Kind { get; } = kind;

    /// <summary>Short stable text for the ledger: why it was refused.</summary>
    public string Reason { get; } = reason ?? kind.Name;

}
