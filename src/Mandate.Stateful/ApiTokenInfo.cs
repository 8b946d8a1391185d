using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>What the query <c>apiToken</c> answers. Never the secret, which the workflow does not have.</summary>
public sealed record ApiTokenInfo
{
    /// <summary>Name of the credential in the vault: workflow id of the workflow it was set for. Empty without one.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>How often it was set, from 1; 0 without one.</summary>
    [JsonPropertyName("epoch")]
    public long Epoch { get; init; }

    /// <summary>Tells one secret from another, and nothing about either. Empty without one.</summary>
    [JsonPropertyName("fingerprint")]
    public string Fingerprint { get; init; } = "";

    /// <summary>Where it came from: <c>start</c>, <c>parent</c>, <c>signal</c>, <c>update</c>, <c>vault</c> (looked up when a run is repeated), or <c>source:</c> with the name of the token source that renews it.</summary>
    [JsonPropertyName("source")]
    public string Source { get; init; } = "";

    /// <summary>When its secret was set, UTC; null without one.</summary>
    [JsonPropertyName("setAt")]
    public DateTimeOffset? SetAt { get; init; }

    /// <summary>How it stands.</summary>
    [JsonPropertyName("state")]
    public ApiTokenState State { get; init; }

    /// <summary>Since when and why its source gives no newer one; null unless renewing it fails at present.</summary>
    [JsonPropertyName("renewal")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ApiTokenRenewal? Renewal { get; init; }
}
