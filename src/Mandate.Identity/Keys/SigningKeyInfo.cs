namespace Mandate.Identity.Keys;

/// <summary>What is known of a key of a ring: never the key.</summary>
/// <param name="Id">Its RFC 7638 thumbprint.</param>
/// <param name="Created">When it was made.</param>
/// <param name="SignsFrom">From when on it may sign; until then it is published only.</param>
/// <param name="IsSigning">Whether it is the one that signs now.</param>
public sealed record SigningKeyInfo(string Id, DateTimeOffset Created, DateTimeOffset SignsFrom, bool IsSigning);
