using Mandate.Credentials.Vault.Keys;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>A key of the vault, wrapped.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Purpose">What it is for: <c>data</c> or <c>fingerprint</c>.</param>
/// <param name="Wrapped">The key under a key-encryption key.</param>
/// <param name="Created">When it was made.</param>
internal sealed record StoredKey(string Id, string Purpose, WrappedKey Wrapped, DateTimeOffset Created)
{
    public const string Data = "data";
    public const string Fingerprint = "fingerprint";
}
