using Mandate.Credentials;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful;

/// <summary>A token, for one call. Do not keep it: ask again for the next call.</summary>
/// <param name="Reference">Which token it is.</param>
/// <param name="Value">The token.</param>
public sealed record ApiToken(CredentialReference Reference, Secret Value);
