using System.Security.Cryptography;
using Mandate.Credentials.Vault.Keys;

namespace Mandate.Credentials.Vault.Storage;

/// <summary>A row of the vault.</summary>
internal sealed record StoredCredential
{
    public required string Tenant { get; init; }

    public required string Tree { get; init; }

    public required string Name { get; init; }

    public required string User { get; init; }

    public required long Epoch { get; init; }

    public required CredentialState State { get; init; }

    /// <summary>Drawn when the name was first set, and the same for all its epochs: what is removed and set again has other fingerprints.</summary>
    public required byte[] Salt { get; init; }

    /// <summary>Where it may be sent; null on a narrowed one that keeps all hosts of the one it narrows.</summary>
    public required AllowedHosts? Hosts { get; init; }

    /// <summary>The credential this one narrows; null for one with a secret of its own.</summary>
    public string? NarrowedFrom { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? Source { get; init; }

    public required DateTimeOffset SetAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RenewAt { get; init; }

    /// <summary>Data key the secret is sealed under.</summary>
    public string? DataKeyId { get; init; }

    /// <summary>The sealed secret; null where there is none any more.</summary>
    public byte[]? Sealed { get; init; }

    public CredentialOwner Owner => new(Tenant, Tree, User);

    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(16);
}
