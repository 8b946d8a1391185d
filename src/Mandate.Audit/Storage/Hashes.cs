namespace Mandate.Audit.Storage;

/// <summary>A list of hashes as one column.</summary>
internal static class Hashes
{
    public static byte[] Join(ReadOnlySpan<AuditHash> hashes)
    {
        var bytes = new byte[hashes.Length * AuditHash.Size];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i].CopyTo(bytes.AsSpan(i * AuditHash.Size));
        return bytes;
    }

    public static AuditHash[] Split(ReadOnlySpan<byte> bytes)
    {
        var hashes = new AuditHash[bytes.Length / AuditHash.Size];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = new(bytes.Slice(i * AuditHash.Size, AuditHash.Size));
        return hashes;
    }
}
