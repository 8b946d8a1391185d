using Microsoft.IdentityModel.Tokens;

namespace Mandate.Authentication;

/// <summary>Why an access token was refused: a short stable text for the ledger and a sentence for the caller. Never the token's content.</summary>
internal sealed record TokenRefusal(string Reason, string Detail)
{
    public static readonly TokenRefusal Missing = new("token-missing", "Send an access token in the header `Authorization: Bearer …`.");
    public static readonly TokenRefusal ProviderUnavailable =
        new("identity-provider-unavailable", "The access token cannot be verified now, because the identity provider's keys cannot be read. Try again.");

    public static readonly TokenRefusal Algorithm = new("token-algorithm", "The access token is signed with an algorithm that is not accepted, or not at all.");
    public static readonly TokenRefusal Signature = new("token-signature", "The access token's signature is wrong.");

    private static readonly TokenRefusal Malformed = new("token-malformed", "The access token is not a signed JWT.");
    private static readonly TokenRefusal Expired = new("token-expired", "The access token has expired. Ask the identity provider for a new one.");
    private static readonly TokenRefusal NotYetValid = new("token-not-yet-valid", "The access token is not valid yet. Compare the clocks.");
    private static readonly TokenRefusal Lifetime = new("token-lifetime", "The access token says no proper life: it needs `exp`, and `nbf` before it.");
    private static readonly TokenRefusal Issuer = new("token-issuer", "The access token was issued by somebody this service does not trust.");
    private static readonly TokenRefusal Audience = new("token-audience", "The access token is meant for another service.");
    private static readonly TokenRefusal UnknownKey = new("token-key-unknown", "The access token is signed with a key that the identity provider does not publish.");
    private static readonly TokenRefusal Other = new("token-invalid", "The access token is not valid.");

    /// <summary>Names the reason of a failed validation.</summary>
    public static TokenRefusal Of(Exception? failure) => failure switch
    {
        null => Missing,
        SecurityTokenExpiredException => Expired,
        SecurityTokenNotYetValidException => NotYetValid,
        SecurityTokenNoExpirationException or SecurityTokenInvalidLifetimeException => Lifetime,
        SecurityTokenInvalidIssuerException => Issuer,
        SecurityTokenInvalidAudienceException => Audience,
        SecurityTokenInvalidAlgorithmException => Algorithm,
        SecurityTokenSignatureKeyNotFoundException => UnknownKey,
        SecurityTokenMalformedException or ArgumentException => Malformed,
        SecurityTokenInvalidSignatureException e => e.InnerException is SecurityTokenInvalidAlgorithmException ? Algorithm : Signature,
        AggregateException { InnerExceptions: [var only] } => Of(only),
        SecurityTokenException => Other,
        _ => ProviderUnavailable,
    };
}
