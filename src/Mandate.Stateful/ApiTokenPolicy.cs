using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>What a child workflow gets of its parent's API token.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApiTokenPolicy>))]
public enum ApiTokenPolicy
{
    /// <summary>The parent's token, and each one that replaces it.</summary>
    [JsonStringEnumMemberName("inherit")]
    Inherit,

    /// <summary>None, and none for its own children either, unless somebody gives it one.</summary>
    [JsonStringEnumMemberName("exclude")]
    Exclude,

    /// <summary>A token of its own: the parent's rotations leave it alone.</summary>
    [JsonStringEnumMemberName("override")]
    Override,

    /// <summary>Less than the parent's: fewer hosts, fewer scopes, or both. It follows the parent's rotations.</summary>
    [JsonStringEnumMemberName("downscope")]
    Downscope,
}
