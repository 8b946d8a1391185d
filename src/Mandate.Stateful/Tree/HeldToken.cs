using System.Text.Json.Serialization;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tree;

/// <summary>The token a workflow holds: a reference, and what is known of it.</summary>
internal sealed record HeldToken(
    [property: JsonPropertyName("n")] string Name,
    [property: JsonPropertyName("e")] long Epoch,
    [property: JsonPropertyName("f")] string Fingerprint,
    [property: JsonPropertyName("s")] ApiTokenState State,
    [property: JsonPropertyName("o")] string Source,
    [property: JsonPropertyName("t")] DateTimeOffset SetAt)
{
    [JsonIgnore]
    public CredentialReference Reference => new(Name, Epoch, Fingerprint);

    [JsonIgnore]
    public ApiTokenInfo Info => new() { Name = Name, Epoch = Epoch, Fingerprint = Fingerprint, Source = Source, SetAt = SetAt, State = State };

    public static HeldToken Of(ApiTokenGrant grant, string source) => new(grant.Name, grant.Epoch, grant.Fingerprint, grant.State, source, grant.SetAt);
}
