using System.Text.Json.Serialization;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful;

/// <summary>Argument of the signal <c>apiToken</c>: a reference into the vault. A raw token has no place in it; the pipeline puts one into the vault and sends this instead.</summary>
public sealed record ApiTokenMessage
{
    /// <summary>Name of the credential.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>Its epoch.</summary>
    [JsonPropertyName("epoch")]
    public long Epoch { get; init; }

    /// <summary>Its fingerprint.</summary>
    [JsonPropertyName("fingerprint")]
    public string Fingerprint { get; init; } = "";

    /// <summary>Whether it is active or revoked.</summary>
    [JsonPropertyName("state")]
    public ApiTokenState State { get; init; } = ApiTokenState.Active;

    /// <summary>When its secret was set, UTC.</summary>
    [JsonPropertyName("setAt")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? SetAt { get; init; }

    /// <summary>Trace the rotation belongs to, in the form of W3C <c>traceparent</c>.</summary>
    [JsonPropertyName("traceparent")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>What a parent adds for its child.</summary>
    [JsonPropertyName("hop")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ApiTokenHop? Hop { get; init; }

    /// <summary>The reference.</summary>
    [JsonIgnore]
    public CredentialReference Reference => new(Name, Epoch, Fingerprint);

    /// <summary>A message that hands a reference on.</summary>
    public static ApiTokenMessage Of(CredentialReference reference) => new() { Name = reference.Name, Epoch = reference.Epoch, Fingerprint = reference.Fingerprint };
}
