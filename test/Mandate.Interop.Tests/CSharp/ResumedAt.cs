using System.Text.Json.Serialization;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Where an activity went on.</summary>
public sealed record ResumedAt([property: JsonPropertyName("attempt")] int Attempt, [property: JsonPropertyName("from")] int From);
