namespace Mandate.Credentials.Vault;

/// <summary>A configured source of a credential: an OAuth2 client, or a secret store outside.</summary>
/// <param name="Tokens">Gives the secret, how long it is good for, and when it is to be replaced.</param>
/// <param name="Hosts">Where its secrets may be sent.</param>
/// <param name="Tenants">Tenants whose trees may use it; empty for every tenant.</param>
public sealed record CredentialSource(IAccessTokenSource Tokens, AllowedHosts Hosts, IReadOnlyList<string> Tenants);
