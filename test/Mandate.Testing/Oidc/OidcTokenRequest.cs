namespace Mandate.Testing;

/// <summary>A request to the token endpoint of an <see cref="OidcProvider"/>, and how it ended.</summary>
/// <param name="GrantType">The grant asked for.</param>
/// <param name="ClientId">The client, when there is such a one.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Error">Error code of the answer.</param>
public sealed record OidcTokenRequest(string? GrantType, string? ClientId, int Status, string? Error);
