namespace Mandate.Audit.Canonical;

/// <summary>Canonical texts of <see cref="AuditResult"/>.</summary>
internal static class AuditResultText
{
    public static string ToCanonical(this AuditResult result) => result switch
    {
        AuditResult.Success => "success",
        AuditResult.Failure => "failure",
        AuditResult.Denied => "denied",
        _ => throw new AuditEntryException($"The result of an audit entry is {(int)result}, which is none of the defined results."),
    };

    public static AuditResult? Parse(string text) => text switch
    {
        "success" => AuditResult.Success,
        "failure" => AuditResult.Failure,
        "denied" => AuditResult.Denied,
        _ => null,
    };
}
