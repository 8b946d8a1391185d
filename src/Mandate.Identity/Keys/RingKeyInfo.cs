namespace Mandate.Identity.Keys;

/// <summary>What is known of a key of a ring: never the key.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Created">When it was made.</param>
/// <param name="From">From when on it may be used for what is new; until then it is only known.</param>
/// <param name="IsCurrent">Whether it is the one that is used for what is new.</param>
public sealed record RingKeyInfo(string Id, DateTimeOffset Created, DateTimeOffset From, bool IsCurrent);
