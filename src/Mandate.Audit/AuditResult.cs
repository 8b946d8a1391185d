namespace Mandate.Audit;

/// <summary>How an audited action ended.</summary>
public enum AuditResult
{
    /// <summary>It was allowed and done. Canonical text <c>success</c>.</summary>
    Success,

    /// <summary>It was allowed and failed. Canonical text <c>failure</c>.</summary>
    Failure,

    /// <summary>It was refused: nothing happened. Canonical text <c>denied</c>.</summary>
    Denied,
}
