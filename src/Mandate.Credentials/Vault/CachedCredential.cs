namespace Mandate.Credentials.Vault;

/// <summary>A credential in memory, for seconds.</summary>
/// <param name="Credential">As it was stored.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Until">How long it may be used without asking the store.</param>
/// <param name="Presented">The epoch of the reference it was read for. Besides the newest, this one alone was seen not to be withdrawn.</param>
internal sealed record CachedCredential(ResolvedCredential Credential, Secret Secret, DateTimeOffset Until, long Presented);
