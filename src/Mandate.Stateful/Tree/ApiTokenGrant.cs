using System.Text.Json.Serialization;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tree;

/// <summary>What the vault says of a token, as it is recorded in a history: no secret, and no hosts.</summary>
internal sealed record ApiTokenGrant(string Name, long Epoch, string Fingerprint, ApiTokenState State, DateTimeOffset SetAt, DateTimeOffset? RenewAt, string? Source = null)
{
    [JsonIgnore]
    public CredentialReference Reference => new(Name, Epoch, Fingerprint);

    public static ApiTokenGrant Of(CredentialStatus status) => new(
        status.Reference.Name,
        status.Reference.Epoch,
        status.Reference.Fingerprint,
        status.State is CredentialState.Revoked ? ApiTokenState.Revoked : ApiTokenState.Active,
        status.SetAt,
        status.RenewAt,
        status.Source);
}
