using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>A message that was not let in.</summary>
/// <param name="Kind">What it was: <c>signal</c> or <c>update</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="SenderType">What sent it: <c>user</c>, <c>workflow</c> or <c>unknown</c>.</param>
/// <param name="SenderId">Who.</param>
/// <param name="Reason">What is missing.</param>
public sealed record Denial(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("senderType")] string SenderType,
    [property: JsonPropertyName("senderId")] string SenderId,
    [property: JsonPropertyName("reason")] string Reason);
