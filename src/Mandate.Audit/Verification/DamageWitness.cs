using Mandate.Audit.Canonical;

namespace Mandate.Audit.Verification;

/// <summary>Tells kinds of damage apart by the neighbours of the damaged place.</summary>
/// <param name="tenant">Whose ledger, in UTF-8.</param>
/// <param name="read">The event at a place; null when there is none.</param>
/// <param name="isElsewhere">Whether an event that is missing at its place stands at another one.</param>
internal sealed class DamageWitness(byte[] tenant, Func<long, (byte[] Canonical, byte[] Hash)?> read, Func<long, bool>? isElsewhere = null) : IDamageWitness
{
    public (AuditDamage Damage, AuditHead Head) Explain(long place, AuditHead head)
    {
        var expected = head.Sequence + 1;
        if (place < 1)
            return Is(expected, AuditDamageKind.Malformed, $"There is a row with the number {place}; numbers start at 1.");
        if (place < expected)
            return Duplicated(place, read(place)?.Canonical);
        if (place > expected)
        {
            return isElsewhere?.Invoke(expected) ?? false
                ? Is(expected, AuditDamageKind.Reordered, $"Event {expected} does not stand in its place: event {place} does.")
                : Is(expected, AuditDamageKind.Gap, expected == place - 1 ? $"Event {expected} is missing." : $"Events {expected} to {place - 1} are missing.");
        }

        if (read(place) is not { } row)
            return Is(place, AuditDamageKind.Unreadable, $"Event {place} cannot be read again.");
        var (canonical, stored) = row;
        if (!CanonicalEvent.Hash(canonical).Matches(stored))
        {
            return CanonicalEvent.HasForm(canonical)
                ? Is(place, AuditDamageKind.Edited, $"Event {place} does not match its hash: it was changed after it was recorded.")
                : Is(place, AuditDamageKind.Malformed, $"What stands in the place of event {place} does not have the form of an event of a known version.");
        }

        // From here on the bytes are whole: they are those of some event.
        if (!CanonicalEvent.HasForm(canonical) || !CanonicalEvent.IsOf(canonical, tenant))
            return Is(place, AuditDamageKind.Malformed, $"In the place of event {place} stands one that is not of this ledger.");
        var sequence = CanonicalEvent.Sequence(canonical);
        if (sequence == place)
            return WrongLink(place, head);
        if (sequence == place - 1 && read(sequence) is { } before)
        {
            if (before.Canonical.AsSpan().SequenceEqual(canonical))
                return Duplicated(sequence, canonical);
            if (CanonicalEvent.PreviousHash(canonical).SequenceEqual(CanonicalEvent.PreviousHash(before.Canonical)))
                return (new(sequence, AuditDamageKind.Inserted, $"There are two different events {sequence}, one after the other: one of them was inserted."), Before(sequence, before.Canonical));
        }

        return Is(place, AuditDamageKind.Reordered, $"In the place of event {place} stands the one recorded as event {sequence}.");

        (AuditDamage Damage, AuditHead Head) Duplicated(long at, byte[]? canonical) => (
            new(at, AuditDamageKind.Duplicated, $"There is more than one event {at}, or one that was removed is there again."),
            canonical is not null && CanonicalEvent.HasForm(canonical) ? Before(at, canonical) : head);

        (AuditDamage Damage, AuditHead Head) Is(long at, AuditDamageKind kind, string message) => (new(at, kind, message), head);
    }

    public (AuditDamage Damage, AuditHead Head) WrongLink(long place, AuditHead head)
    {
        // Who replaces an event and hashes it anew does not touch its successor, so the successor of the replaced one is the one that does not fit. Unless the event here does not fit its
        // own successor either: then it is the one that came later.
        var replacedHere = read(place) is { } here && read(place + 1) is { } next
            && CanonicalEvent.HasForm(next.Canonical) && !CanonicalEvent.PreviousHash(next.Canonical).SequenceEqual(here.Hash);
        if (replacedHere || read(place - 1) is not { } before)
            return (new(place, AuditDamageKind.WrongLink, $"Event {place} is whole, but does not follow from the event before it: it was replaced."), head);
        return (new(place - 1, AuditDamageKind.WrongLink, $"Event {place - 1} is whole, but event {place} does not follow from it: it was replaced."), Before(place - 1, before.Canonical));
    }

    private static AuditHead Before(long sequence, byte[] canonical) =>
        sequence == 1 ? AuditHead.Empty : new(sequence - 1, new(CanonicalEvent.PreviousHash(canonical)));
}
