namespace Mandate.Audit.Verification;

/// <summary>Looks closely at one place of a ledger that is known to be damaged.</summary>
internal interface IDamageWitness
{
    /// <summary>Says what is wrong at a place whose event failed a check.</summary>
    /// <param name="place">The place that was looked at.</param>
    /// <param name="head">The last good event.</param>
    (AuditDamage Damage, AuditHead Head) Explain(long place, AuditHead head);

    /// <summary>Says which of two whole events that do not follow from each other was replaced.</summary>
    (AuditDamage Damage, AuditHead Head) WrongLink(long place, AuditHead head);
}
