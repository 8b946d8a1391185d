namespace Mandate.Identity.Keys;

/// <summary>A key of a ring and when it was made.</summary>
internal sealed record RingKey(EcKey Key, DateTimeOffset Created);
