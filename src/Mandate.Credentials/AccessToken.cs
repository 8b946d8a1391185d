namespace Mandate.Credentials;

/// <summary>A bearer token and how long it is good for.</summary>
/// <param name="Value">The token; printable ASCII without spaces.</param>
/// <param name="ExpiresAt">When it ceases to be valid, by the local clock.</param>
/// <param name="RefreshAt">From when on it is to be replaced, so that it does not expire on the way.</param>
public sealed record AccessToken(Secret Value, DateTimeOffset ExpiresAt, DateTimeOffset RefreshAt);
