using System.Security.Cryptography;

namespace Mandate.Credentials.Vault.Keys;

/// <summary>A key-encryption key.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">32 bytes.</param>
/// <param name="Created">When it was made.</param>
internal sealed record KeyRingKey(string Id, Secret<byte[]> Bytes, DateTimeOffset Created)
{
    public static KeyRingKey Create(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new($"kek-{now:yyyyMMdd}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}", new(RandomNumberGenerator.GetBytes(AesGcmBox.KeyBytes)), now);
    }
}
