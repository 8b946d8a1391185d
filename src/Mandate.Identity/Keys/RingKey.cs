namespace Mandate.Identity.Keys;

/// <summary>A key of a ring, when it was made, and from when on it may be used for what is new.</summary>
internal sealed record RingKey<T>(T Key, DateTimeOffset Created, DateTimeOffset From);
