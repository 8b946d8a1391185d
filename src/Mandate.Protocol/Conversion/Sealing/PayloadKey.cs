using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Mandate.Protocol.Conversion.Sealing;

/// <summary>A key that seals payloads: AES-256-GCM. Safe for use by several threads.</summary>
/// <remarks>
/// Each payload takes a random 96-bit nonce, so a key may seal 2^32 payloads (NIST SP 800-38D, section 8.3): rotate it well before. The platform's cipher objects are not safe for use by several
/// threads at once, so each use borrows one.
/// </remarks>
public sealed class PayloadKey : IDisposable
{
    /// <summary>Length of a key in bytes.</summary>
    public const int Length = 32;

    internal const int NonceLength = 12;
    internal const int TagLength = 16;

    private readonly byte[] _key;
    private readonly ConcurrentBag<AesGcm> _idle = [];

    /// <summary>A key of 32 bytes, which are copied.</summary>
    /// <param name="id">Names the key in metadata <c>encryption-key-id</c>: 1 to 200 printable ASCII characters, and never given to another key.</param>
    /// <param name="key">Its bytes.</param>
    /// <exception cref="ArgumentException">The id or the length cannot be.</exception>
    public PayloadKey(string id, ReadOnlySpan<byte> key)
    {
        if (id.Length is 0 or > 200 || id.Any(c => c is <= ' ' or > '~'))
            throw new ArgumentException("A payload key's id is 1 to 200 printable ASCII characters without blanks.", nameof(id));
        if (key.Length != Length)
            throw new ArgumentException($"A payload key has {Length} bytes, not {key.Length}.", nameof(key));
        Id = id;
        _key = key.ToArray();
    }

    /// <summary>Names the key.</summary>
    public string Id { get; }

    /// <summary>A new random key.</summary>
    public static PayloadKey Create(string id)
    {
        Span<byte> key = stackalloc byte[Length];
        RandomNumberGenerator.Fill(key);
        try
        {
            return new(id, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>A copy of the bytes, for those who keep keys; zero it after use.</summary>
    public byte[] Export() => [.. _key];

    /// <summary>Overwrites the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        while (_idle.TryTake(out var cipher))
            cipher.Dispose();
    }

    /// <summary>The id; never the key.</summary>
    public override string ToString() => $"payload key {Id}";

    /// <summary>Nonce, ciphertext and tag in one.</summary>
    internal byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
    {
        var sealedBytes = new byte[NonceLength + plain.Length + TagLength];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        var cipher = Borrow();
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceLength, plain.Length), sealedBytes.AsSpan(NonceLength + plain.Length), associated);
        _idle.Add(cipher);
        return sealedBytes;
    }

    /// <summary>Reverses <see cref="Seal"/>; null when it is not what this key sealed for <paramref name="associated"/>.</summary>
    internal byte[]? Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associated)
    {
        if (sealedBytes.Length < NonceLength + TagLength)
            return null;
        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        var cipher = Borrow();
        try
        {
            cipher.Decrypt(sealedBytes[..NonceLength], sealedBytes.Slice(NonceLength, plain.Length), sealedBytes[^TagLength..], plain, associated);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            _idle.Add(cipher);
        }
    }

    private AesGcm Borrow() => _idle.TryTake(out var cipher) ? cipher : new(_key, TagLength);
}
