using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>A child, as its parent knows it.</summary>
/// <param name="WorkflowId">Its workflow id.</param>
/// <param name="Policy">What it gets of the parent's token.</param>
/// <param name="State">Whether it runs yet.</param>
/// <param name="IsBehind">Whether the parent still has to hand on its present token.</param>
public sealed record ApiTokenChild(
    [property: JsonPropertyName("workflowId")] string WorkflowId,
    [property: JsonPropertyName("policy")] ApiTokenPolicy Policy,
    [property: JsonPropertyName("state")] ChildState State,
    [property: JsonPropertyName("isBehind")] bool IsBehind);
