using System.Text.Json.Serialization;
using Mandate.Stateful.Tree;

namespace Mandate.Stateful.Activities;

/// <summary>What an activity's header brings: the workflow's reference and address.</summary>
internal sealed record ActivityToken
{
    [JsonPropertyName("t")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeldToken? Token { get; init; }

    [JsonPropertyName("u")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ApiUrl { get; init; }
}
