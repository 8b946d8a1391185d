namespace Mandate.Credentials;

/// <summary>What shows a provider in whose name a token is asked for (RFC 8693 section 2.1).</summary>
/// <param name="Value">The token.</param>
/// <param name="Type">Its type; a JWT unless set.</param>
public sealed record SubjectToken(Secret Value, string Type = SubjectToken.Jwt)
{
    /// <summary>A JWT that the provider trusts the issuer of.</summary>
    public const string Jwt = "urn:ietf:params:oauth:token-type:jwt";

    /// <summary>An access token of the provider's own.</summary>
    public const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";
}
