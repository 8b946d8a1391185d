using System.Text.Json.Serialization;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tree;

/// <summary>A child in a snapshot, with short names: a parent may have thousands.</summary>
internal sealed record ChildSnapshot
{
    [JsonPropertyName("i")]
    public required string Id { get; init; }

    [JsonPropertyName("f")]
    public string FirstRunId { get; init; } = "";

    /// <summary>The present run; null for the first one.</summary>
    [JsonPropertyName("r")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunId { get; init; }

    [JsonPropertyName("p")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ApiTokenPolicy Policy { get; init; }

    [JsonPropertyName("s")]
    public long SentRevision { get; init; }

    [JsonPropertyName("c")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CancelWithParent { get; init; }

    [JsonPropertyName("h")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AllowedHosts? Hosts { get; init; }

    [JsonPropertyName("o")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Scopes { get; init; }

    [JsonPropertyName("w")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CredentialReference? StartedWith { get; init; }

    [JsonPropertyName("l")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LostAt { get; init; }
}
