using System.Text.Json.Serialization;

namespace Mandate.Stateful.Scanning;

/// <summary>Something in a history that looks like a secret, or is one that was looked for.</summary>
/// <param name="Source">File or workflow.</param>
/// <param name="EventId">The event; 0 where it is not known.</param>
/// <param name="EventType">Type of the event.</param>
/// <param name="Field">Where in the event.</param>
/// <param name="Kind">What it is: a shape such as <c>jwt</c>, or the name of a value that was looked for.</param>
/// <param name="Excerpt">The first characters and the length; the rest is not shown.</param>
public sealed record Finding(
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("eventId")] long EventId,
    [property: JsonPropertyName("eventType")] string EventType,
    [property: JsonPropertyName("field")] string Field,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("excerpt")] string Excerpt);
