using Mandate.Audit.Checkpoints;
using Mandate.Audit.Storage;

namespace Mandate.Audit.Verification;

/// <summary>Gathers what is known of a ledger from elsewhere, and from its own checkpoints.</summary>
internal static class TrustedPoints
{
    private const int Portion = 1_000;

    /// <summary>Points by ascending size, and the first stored checkpoint that is not signed as it must be.</summary>
    public static (List<TrustedPoint> Points, AuditDamage? Forged) Gather(string tenant, AuditVerificationOptions options, Func<long, IReadOnlyList<StoredCheckpoint>> stored)
    {
        var points = new List<TrustedPoint>();
        AuditDamage? forged = null;
        if (options.Known is { } known)
            points.Add(new(known.Sequence, known.Hash, Root: null, "the given head"));
        foreach (var checkpoint in options.Checkpoints)
        {
            if (!checkpoint.IsOf(tenant) || (options.Key is { } key && !key.Verifies(checkpoint)))
                throw new ArgumentException($"The given checkpoint of {checkpoint.Size} events is of another ledger, or not signed by the given key.", nameof(options));
            points.Add(new(checkpoint.Size, Hash: null, checkpoint.Root, $"the given checkpoint of {checkpoint.Size} events"));
        }

        for (var next = 0L; stored(next) is { Count: > 0 } portion; next = portion[^1].Size + 1)
        {
            foreach (var row in portion)
            {
                if (AuditCheckpoint.TryParse(row.Note, out var checkpoint) && checkpoint.Size == row.Size && checkpoint.IsOf(tenant) && options.Key?.Verifies(checkpoint) != false)
                    points.Add(new(checkpoint.Size, Hash: null, checkpoint.Root, $"the ledger's own checkpoint of {checkpoint.Size} events"));
                else
                    forged ??= new(row.Size, AuditDamageKind.Forged, $"The ledger's own checkpoint of {row.Size} events is not what its signer made.");
            }

            if (portion.Count < Portion)
                break;
        }

        if (options.UpTo is { } last)
            points.RemoveAll(p => p.Size > last);
        points.Sort((a, b) => a.Size.CompareTo(b.Size));
        return (points, forged);
    }

    public static IReadOnlyList<StoredCheckpoint> Stored(ILedgerReader reader, string tenant, long from) => reader.Checkpoints(tenant, from, Portion);

    /// <summary>The earlier of what the chain and the checkpoints show.</summary>
    public static AuditVerification With(AuditVerification verification, AuditDamage? forged) =>
        forged is not null && (verification.Damage is null || verification.Damage.Sequence > forged.Sequence)
            ? verification with { Damage = forged, Root = null }
            : verification;
}
