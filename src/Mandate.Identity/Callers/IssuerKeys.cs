using Microsoft.IdentityModel.Tokens;

namespace Mandate.Identity.Callers;

/// <summary>What an identity provider's document says, as read at one time.</summary>
/// <param name="Issuer">What its tokens name in <c>iss</c>.</param>
/// <param name="Keys">Public keys by id.</param>
/// <param name="Began">When the read began.</param>
internal sealed record IssuerKeys(string Issuer, IReadOnlyDictionary<string, SecurityKey> Keys, DateTimeOffset Began);
