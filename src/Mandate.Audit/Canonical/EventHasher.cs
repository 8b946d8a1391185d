using System.Security.Cryptography;

namespace Mandate.Audit.Canonical;

/// <summary>Hashes events and inner nodes one after the other without allocating. Of one thread at a time.</summary>
internal sealed class EventHasher : IDisposable
{
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _leaf = new byte[4_096];

    public AuditHash Hash(ReadOnlySpan<byte> canonical)
    {
        // An unknown version hashes as the current one: it then fails by its form and not by chance.
        if (canonical.Length > 0 && canonical[0] == CanonicalEvent.UnprefixedVersion)
            return Finish(canonical);
        // One call on joined bytes costs less than two calls.
        if (_leaf.Length <= canonical.Length)
            _leaf = new byte[2 * canonical.Length];
        _leaf[0] = LeafPrefix;
        canonical.CopyTo(_leaf.AsSpan(1));
        return Finish(_leaf.AsSpan(0, canonical.Length + 1));
    }

    /// <summary>The hash of an inner node, RFC 6962 section 2.1.</summary>
    public AuditHash Node(AuditHash left, AuditHash right)
    {
        Span<byte> bytes = stackalloc byte[1 + 2 * AuditHash.Size];
        bytes[0] = NodePrefix;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + AuditHash.Size)..]);
        return Finish(bytes);
    }

    public void Dispose() => _sha.Dispose();

    private AuditHash Finish(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[AuditHash.Size];
        _sha.AppendData(bytes);
        _sha.GetHashAndReset(hash);
        return new(hash);
    }
}
