using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Mandate.Audit.Canonical;
using Mandate.Audit.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Mandate.Audit.Verification;

/// <summary>
/// Recomputes a tenant's chain from the stored bytes and stops at the first damage. For each row, in order of sequence numbers:
/// (1) the number is the next one; (2) the row has the shape of an event; (3) its content gives its hash; (4) it links to the event before it;
/// (5) where a head is known from elsewhere, it is that head. At the end (6) the chain reaches as far as it must.
/// </summary>
/// <remarks>One verifier serves one verification, inside one read transaction, so appends meanwhile do not disturb it.</remarks>
internal sealed class ChainVerifier(SqliteConnection connection, string tenant)
{
    /// <summary>Where the sequence number's eight bytes start: after the version byte and the field's length.</summary>
    private const int SequenceOffset = 1 + sizeof(uint);

    /// <summary>How far from its place a moved event is looked for when its former neighbours are gone.</summary>
    private const int Nearby = 64;

    private readonly byte[] _tenant = CanonicalWriter.Utf8.GetBytes(tenant);
    private readonly ArrayBufferWriter<byte> _canonical = new();
    private AuditHead _head;

    /// <param name="upTo">Last sequence number to look at; null for all there are.</param>
    /// <param name="atLeast">Sequence number the chain must reach.</param>
    /// <param name="known">A head known from elsewhere; null for none.</param>
    /// <param name="cancellation">Stops the work.</param>
    public AuditVerification Verify(long? upTo, long atLeast, AuditHead? known, CancellationToken cancellation)
    {
        AuditDamage? damage;
        try
        {
            damage = FindDamage(upTo, atLeast, known, cancellation);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_IOERR)
        {
            damage = Damage(AuditDamageKind.Unreadable, $"The store cannot be read after event {_head.Sequence} (SQLite error {e.SqliteErrorCode}): its file is damaged.");
        }

        return new AuditVerification { Tenant = tenant, Head = _head, Damage = damage };
    }

    private AuditDamage? FindDamage(long? upTo, long atLeast, AuditHead? known, CancellationToken cancellation)
    {
        using var row = new SqliteStatement(connection, $"SELECT {EventColumns.List} FROM event WHERE tenant = ?1 AND sequence <= ?2 ORDER BY sequence, id");
        row.BindText(1, _tenant);
        row.Bind(2, upTo ?? long.MaxValue);
        while (row.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            if (CheckPlace(row) is { } misplaced)
                return misplaced;
            if (CheckContent(row, out var hash) is { } edited)
                return edited;
            if (known is { } head && head.Sequence == _head.Sequence + 1 && head.Hash != hash)
                return Damage(AuditDamageKind.Rewritten, $"Event {head.Sequence} is not the one that was there when the given head was taken: the chain up to it was rewritten.");
            _head = new(_head.Sequence + 1, hash);
        }

        return _head.Sequence < atLeast
            ? Damage(AuditDamageKind.Truncated, $"Events {_head.Sequence + 1} to {atLeast} were recorded and are missing at the end.")
            : null;
    }

    /// <summary>Steps 1 and 2.</summary>
    private AuditDamage? CheckPlace(SqliteStatement row)
    {
        var expected = _head.Sequence + 1;
        if (row.TypeOf(EventColumns.Sequence) != raw.SQLITE_INTEGER)
            return Damage(AuditDamageKind.Malformed, $"The row in the place of event {expected} has no sequence number.");
        var sequence = row.Int64(EventColumns.Sequence);
        if (sequence < 1)
            return Damage(AuditDamageKind.Malformed, $"A row has the sequence number {sequence}; numbers start at 1.");
        if (sequence < expected)
            return new(sequence, AuditDamageKind.Duplicated, $"There is more than one event {sequence}.");
        if (sequence > expected)
            return Damage(AuditDamageKind.Gap, expected == sequence - 1 ? $"Event {expected} is missing." : $"Events {expected} to {sequence - 1} are missing.");
        return EventColumns.AreWellFormed(row)
            ? null
            : Damage(AuditDamageKind.Malformed, $"The row of event {expected} does not have the form of an event of a known version.");
    }

    /// <summary>Steps 3 and 4.</summary>
    private AuditDamage? CheckContent(SqliteStatement row, out AuditHash hash)
    {
        var sequence = _head.Sequence + 1;
        _canonical.ResetWrittenCount();
        EventColumns.WriteCanonical(row, _canonical);
        hash = AuditHash.Of(_canonical.WrittenSpan);
        if (!hash.Matches(row.Bytes(EventColumns.Hash)))
            return Explain(row, sequence);
        return _head.Hash.Matches(row.Bytes(EventColumns.PreviousHash))
            ? null
            : Damage(AuditDamageKind.WrongLink, $"Event {sequence} is whole, but does not follow from the event before it: one of the two was replaced.");
    }

    /// <summary>
    /// An event that does not match its hash was either edited, or is whole and stands in another event's place. In the latter case its hash comes
    /// right with the number it was recorded under, which its former neighbours still tell, or which is close by.
    /// </summary>
    private AuditDamage Explain(SqliteStatement row, long sequence)
    {
        var stored = row.Bytes(EventColumns.Hash).ToArray();
        var previous = row.Bytes(EventColumns.PreviousHash).ToArray();
        var canonical = _canonical.WrittenSpan.ToArray();
        var candidates = Sequences("hash", previous).Select(s => s + 1).Concat(Sequences("previous_hash", stored).Select(s => s - 1))
            .Concat(Enumerable.Range(-Nearby, 2 * Nearby + 1).Select(distance => sequence + distance));
        foreach (var candidate in candidates)
        {
            BinaryPrimitives.WriteInt64BigEndian(canonical.AsSpan(SequenceOffset), candidate);
            if (SHA256.HashData(canonical).AsSpan().SequenceEqual(stored))
                return Damage(AuditDamageKind.Reordered, $"In the place of event {sequence} stands the one recorded as event {candidate}.");
        }

        return Damage(AuditDamageKind.Edited, $"Event {sequence} does not match its hash: it was changed after it was recorded.");
    }

    private List<long> Sequences(string column, byte[] hash)
    {
        using var statement = new SqliteStatement(connection, $"SELECT sequence FROM event WHERE tenant = ?1 AND {column} = ?2 LIMIT 4");
        statement.BindText(1, _tenant);
        statement.BindBlob(2, hash);
        var found = new List<long>();
        while (statement.Step())
            found.Add(statement.Int64(0));
        return found;
    }

    private AuditDamage Damage(AuditDamageKind kind, string message) =>
        new(_head.Sequence + 1, kind, message);
}
