using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>Answer of the health endpoints.</summary>
internal sealed record Health(
    [property: Description("ok or unavailable.")] string Status,
    [property: Description("What was looked at, and how each stands.")] IReadOnlyDictionary<string, string> Checks);
