using System.Text.Json.Serialization;

namespace Mandate.Credentials.Vault;

/// <summary>
/// What travels in a secret's place: in arguments, signals, state and headers. It says which credential is meant and how new it is, and can be turned into the secret by
/// <see cref="CredentialVault.RedeemAsync"/> only.
/// </summary>
/// <param name="Name">Name of the credential within its tree of workflows, 1 to 1,000 characters, none of them a control character.</param>
/// <param name="Epoch">How often it was set, from 1. Grows with each rotation and never falls.</param>
/// <param name="Fingerprint">
/// Tells one epoch from another without telling anything about a secret: a keyed hash (HMAC-SHA256) whose key is the vault's. Only who was handed a reference knows it, so it also
/// shows that a reference was not made up.
/// </param>
public sealed record CredentialReference(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("epoch")] long Epoch,
    [property: JsonPropertyName("fingerprint")] string Fingerprint)
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaximumNameLength = 1_000;

    /// <summary>Whether it can be one at all. Whether it is genuine only the vault can tell.</summary>
    [JsonIgnore]
    public bool IsWellFormed => Name is { Length: >= 1 and <= MaximumNameLength } && !Name.Any(char.IsControl) && Epoch >= 1 && Fingerprint is { Length: >= 1 and <= 64 };

    /// <summary>Name and epoch.</summary>
    public override string ToString() => $"{Name}#{Epoch}";
}
