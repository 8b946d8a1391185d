using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Mandate.Audit;

/// <summary>A SHA-256 hash: 32 bytes, written as 64 lower-case hexadecimal digits.</summary>
public readonly struct AuditHash : IEquatable<AuditHash>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private readonly Bytes _bytes;

    /// <summary>Copies a hash.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public AuditHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        bytes.CopyTo(_bytes);
    }

    /// <summary>The hash before a ledger's first event: 32 zero bytes.</summary>
    public static AuditHash Zero => default;

    /// <summary>SHA-256 of <paramref name="data"/>.</summary>
    public static AuditHash Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(data, hash);
        return new(hash);
    }

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AuditHash hash)
    {
        hash = default;
        if (text is not { Length: 2 * Size })
            return false;
        Span<byte> bytes = stackalloc byte[Size];
        if (Convert.FromHexString(text, bytes, out _, out _) is not System.Buffers.OperationStatus.Done)
            return false;
        hash = new(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes to <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_bytes).CopyTo(destination);

    /// <summary>The 32 bytes, in an array of their own.</summary>
    public byte[] ToArray() => ((ReadOnlySpan<byte>)_bytes).ToArray();

    /// <summary>Whether these are the hash's bytes; false for any other length.</summary>
    internal bool Matches(ReadOnlySpan<byte> bytes) => bytes.SequenceEqual(_bytes);

    /// <inheritdoc/>
    public bool Equals(AuditHash other) => ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AuditHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(((ReadOnlySpan<byte>)_bytes)[..sizeof(int)]);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(_bytes);

    /// <summary>Same bytes.</summary>
    public static bool operator ==(AuditHash left, AuditHash right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(AuditHash left, AuditHash right) => !left.Equals(right);

    [InlineArray(Size)]
    private struct Bytes
    {
        private byte _first;
    }
}
