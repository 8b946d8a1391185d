namespace Mandate.Demo.Report;

/// <summary>The audit chain's verdict.</summary>
/// <param name="Valid">Whether every event is as it was recorded.</param>
/// <param name="Checked">How many events were recomputed.</param>
/// <param name="Head">Hash of the last one.</param>
/// <param name="Events">The events of the tenant, oldest first: type, result, actor and resource.</param>
internal sealed record AuditReport(bool Valid, long Checked, string Head, IReadOnlyList<AuditLine> Events)
{
    /// <summary>Whether the chain is intact and holds events.</summary>
    public bool Ok => Valid && Checked > 0;
}
