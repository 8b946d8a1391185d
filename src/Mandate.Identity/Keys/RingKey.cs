namespace Mandate.Identity.Keys;

/// <summary>A key of a ring, when it was made, and from when on it may sign.</summary>
internal sealed record RingKey(EcKey Key, DateTimeOffset Created, DateTimeOffset SignsFrom);
