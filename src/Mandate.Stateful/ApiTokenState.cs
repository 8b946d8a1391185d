using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>How a workflow's API token stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApiTokenState>))]
public enum ApiTokenState
{
    /// <summary>It has none.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>It has one.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>It had one, which was revoked.</summary>
    [JsonStringEnumMemberName("revoked")]
    Revoked,
}
