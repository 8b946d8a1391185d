using Mandate.Audit;
using Mandate.Audit.Checkpoints;
using Mandate.Rest.Model;

namespace Mandate.Rest.Endpoints;

/// <summary>The ledger's types as the API shows them.</summary>
internal static class AuditViews
{
    public static AuditEventView Of(AuditEvent e) => new(
        e.Id,
        e.Sequence,
        e.Time,
        e.Entry.Tenant,
        e.Entry.Type,
        e.Entry.Action,
        e.Entry.Result switch { AuditResult.Success => "success", AuditResult.Failure => "failure", _ => "denied" },
        new(e.Entry.Resource.Type, e.Entry.Resource.Id),
        new(e.Entry.Actor.Type, e.Entry.Actor.Id, e.Entry.Actor.Address),
        e.Entry.Context,
        e.Entry.Metadata,
        e.PreviousHash.ToString(),
        e.Hash.ToString());

    public static AuditVerificationView Of(AuditEvent e, AuditVerification verification) => new(
        verification.IsValid,
        e.Id,
        e.Sequence,
        verification.Checked,
        verification.First,
        verification.Vouched,
        new(verification.Head.Sequence, verification.Head.Hash.ToString()),
        verification.Damage is { } damage ? new(damage.Sequence, damage.Kind.ToString(), damage.Message) : null);

    public static AuditCheckpointView Of(AuditCheckpoint checkpoint) => new(checkpoint.Size, checkpoint.Root.ToString(), checkpoint.Note);
}
