using Mandate.Credentials.Vault;

namespace Mandate.Stateful;

/// <summary>
/// An argument of a run method that brings an API token and an address. In JSON its members are <c>apiToken</c> and <c>apiUrl</c>, as clients of any language send them: a raw token
/// that arrives there is put into the vault by the pipeline, and the workflow sees the reference.
/// </summary>
public interface IStatefulInput
{
    /// <summary>The token's reference; null for none.</summary>
    CredentialReference? ApiToken { get; }

    /// <summary>The API to call; null for none.</summary>
    Uri? ApiUrl { get; }
}
