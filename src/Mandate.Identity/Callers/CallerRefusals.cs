namespace Mandate.Identity.Callers;

/// <summary>Every refusal there is, but those that name a claim.</summary>
internal static class CallerRefusals
{
    public static readonly CallerRefusal Missing = new("token-missing", "Send an access token in the header `Authorization: Bearer …`, or an API key.");
    public static readonly CallerRefusal Ambiguous = new("credentials-ambiguous", "Send an access token or an API key, not both: it would be unclear who calls.");

    public static readonly CallerRefusal ProviderUnavailable = new(
        "identity-provider-unavailable", "The access token cannot be verified now, because the identity provider's keys cannot be read. Try again.", CallerRefusalKind.Unavailable);

    public static readonly CallerRefusal Malformed = new("token-malformed", "The access token is not a signed JWT.");
    public static readonly CallerRefusal Algorithm = new("token-algorithm", "The access token is signed with an algorithm that is not accepted, or not at all.");
    public static readonly CallerRefusal Signature = new("token-signature", "The access token's signature is wrong.");
    public static readonly CallerRefusal UnknownKey = new("token-key-unknown", "The access token is signed with a key that the identity provider does not publish.");
    public static readonly CallerRefusal Type = new("token-type", "The token is not an access token: its `typ` is another.");
    public static readonly CallerRefusal Issuer = new("token-issuer", "The access token was issued by somebody this service does not trust.");
    public static readonly CallerRefusal Audience = new("token-audience", "The access token is meant for another service.");
    public static readonly CallerRefusal Expired = new("token-expired", "The access token has expired. Ask the identity provider for a new one.");
    public static readonly CallerRefusal NotYetValid = new("token-not-yet-valid", "The access token is not valid yet. Compare the clocks.");
    public static readonly CallerRefusal Lifetime = new("token-lifetime", "The access token says no proper life: it needs `exp`, and `nbf` before it.");
    public static readonly CallerRefusal Other = new("token-invalid", "The access token is not valid.");

    public static readonly CallerRefusal OtherCertificate = new(
        "token-certificate", "The access token is bound to a client certificate (RFC 8705), and the connection was not opened with it.");

    public static readonly CallerRefusal ForeignTenant = new(
        "tenant-of-another-issuer", "The access token names a tenant that its issuer may not speak for.", CallerRefusalKind.Forbidden);

    public static readonly CallerRefusal ApiKeyUnknown = new("api-key-unknown", "The API key is not known here, or was revoked.");
    public static readonly CallerRefusal ApiKeyExpired = new("api-key-expired", "The API key has expired. Ask for a new one.");

    public static readonly CallerRefusal CertificateUntrusted = new("certificate-untrusted", "The client certificate is not issued by an authority this service trusts, or is not valid now.");
    public static readonly CallerRefusal CertificateUnknown = new("certificate-unknown", "The client certificate is genuine and names nobody who is known here.");
}
