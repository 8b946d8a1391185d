using System.Collections.Immutable;

namespace Mandate.Credentials.Vault;

/// <summary>A credential in memory, for seconds.</summary>
/// <param name="Credential">As it was stored.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Until">How long it may be used without asking the store.</param>
/// <param name="Presented">References that were found genuine meanwhile.</param>
internal sealed record CachedCredential(ResolvedCredential Credential, Secret Secret, DateTimeOffset Until, ImmutableHashSet<CredentialReference> Presented)
{
    /// <summary>Whether it answers this reference: it is genuine, for the same user, and not of an epoch that came after it was read.</summary>
    public bool IsFor(CredentialOwner owner, CredentialReference reference) =>
        Credential.Row.User == owner.User && reference.Epoch <= Credential.Row.Epoch && Presented.Contains(reference);
}
