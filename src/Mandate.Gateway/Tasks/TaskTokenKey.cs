using System.Security.Cryptography;

namespace Mandate.Gateway.Tasks;

/// <summary>A key that seals task tokens: HMAC-SHA-256 with 32 random bytes.</summary>
/// <param name="Id">Names the key in tokens: 8 random bytes.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Secret">The key.</param>
internal sealed record TaskTokenKey(byte[] Id, DateTimeOffset Created, byte[] Secret)
{
    public static TaskTokenKey Create(DateTimeOffset now) => new(RandomNumberGenerator.GetBytes(TaskTokenKeys.KeyIdBytes), now, RandomNumberGenerator.GetBytes(TaskTokenKeys.SecretBytes));

    public void Sign(ReadOnlySpan<byte> data, Span<byte> mac) => HMACSHA256.HashData(Secret, data, mac);

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[TaskTokenKeys.MacBytes];
        Sign(data, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }

    /// <summary>Its id. The secret does not appear.</summary>
    public override string ToString() => Convert.ToHexStringLower(Id);
}
