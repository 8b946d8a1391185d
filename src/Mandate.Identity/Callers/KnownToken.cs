namespace Mandate.Identity.Callers;

/// <summary>What is remembered of a token that was found good: its signature is not checked again, its life each time.</summary>
/// <param name="Caller">Whom it names.</param>
/// <param name="Expires">When it ends, the allowed difference of clocks included.</param>
/// <param name="CertificateHash">Claim <c>cnf</c> <c>x5t#S256</c>: the certificate it is bound to (RFC 8705), base64url; null when it is bound to none.</param>
internal sealed record KnownToken(Caller Caller, DateTimeOffset Expires, string? CertificateHash);
