using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Identity.Callers;

/// <summary>
/// Verifies the tokens of one identity provider. Accepted is a token only if it is signed with a public-key algorithm of the list by a key the provider publishes now, names that provider
/// and our audience, and is alive (RFC 8725, sections 3.1 to 3.12); then its claims must name somebody its issuer may speak for.
/// </summary>
internal sealed class TokenIssuer
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = CallerAuthenticator.MaximumTokenLength };

    private readonly TokenIssuerOptions _options;
    private readonly TimeProvider _time;
    private readonly string _workerScope;
    private readonly PrincipalClaimsReader _claims;

    public TokenIssuer(TokenIssuerOptions options, string workerScope, IssuerDocument document, TimeProvider time)
    {
        Check(options);
        _options = options;
        _workerScope = workerScope;
        _time = time;
        _claims = new(options.Claims);
        Document = document;
    }

    public IssuerDocument Document { get; }

    /// <summary>Whether a token that names this issuer is this provider's; null when that is not known before its document has been read.</summary>
    public bool? Issues(string issuer) => Document.Issuer is { } known ? known == issuer : null;

    public async ValueTask<TokenVerdict> VerifyAsync(JsonWebToken token, CancellationToken cancellation)
    {
        // Judged first, so that a token without a signature, or with a shared-key one, is called what it is.
        if (!_options.Algorithms.Contains(token.Alg, StringComparer.Ordinal))
            return CallerRefusals.Algorithm;
        if (await Document.GetAsync(cancellation).ConfigureAwait(false) is not { } keys)
            return CallerRefusals.ProviderUnavailable;
        if (token.Issuer != keys.Issuer)
            return CallerRefusals.Issuer;
        if (!keys.Keys.ContainsKey(token.Kid ?? ""))
            keys = await Document.GetAfterAsync(keys, cancellation).ConfigureAwait(false);
        if (!keys.Keys.TryGetValue(token.Kid ?? "", out var key))
            return CallerRefusals.UnknownKey;

        var result = await Handler.ValidateTokenAsync(token.EncodedToken, Parameters(keys, key)).ConfigureAwait(false);
        return result.IsValid ? Read((JsonWebToken)result.SecurityToken, result.ClaimsIdentity) : RefusalOf(result.Exception);
    }

    private TokenValidationParameters Parameters(IssuerKeys keys, SecurityKey key) => new()
    {
        ValidAlgorithms = _options.Algorithms,
        ValidTypes = _options.TokenTypes.Count > 0 ? _options.TokenTypes : null,
        RequireSignedTokens = true,
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        ValidIssuer = keys.Issuer,
        ValidAudiences = _options.Audiences,
        RequireAudience = true,
        RequireExpirationTime = true,
        // The platform's own check knows no clock but the system's.
        LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires),
    };

    private bool IsAlive(DateTime? notBefore, DateTime? expires)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        if (expires is not { } end)
            throw new SecurityTokenNoExpirationException();
        if (notBefore > end)
            throw new SecurityTokenInvalidLifetimeException();
        if (notBefore > now + _options.ClockSkew)
            throw new SecurityTokenNotYetValidException();
        if (end <= now - _options.ClockSkew)
            throw new SecurityTokenExpiredException();
        return true;
    }

    private TokenVerdict Read(JsonWebToken token, ClaimsIdentity identity)
    {
        try
        {
            var claims = _claims.ReadAll(new ClaimsPrincipal(identity));
            var kind = claims.Scopes.Contains(_workerScope, StringComparer.Ordinal) ? CallerKind.Worker
                : IsClientItself(identity) ? CallerKind.Service
                : CallerKind.User;
            var tenant = claims.TenantId ?? (_options.Tenants is [var only] ? only : null);
            // A provider that may speak for some tenants only cannot give a token that is bound to none.
            if (tenant is null && (kind is CallerKind.User || _options.Tenants.Count > 0))
                throw _claims.MissingTenant();
            if (tenant is not null && _options.Tenants.Count > 0 && !_options.Tenants.Contains(tenant, StringComparer.Ordinal))
                return CallerRefusals.ForeignTenant;
            var caller = new Caller
            {
                Subject = claims.UserId,
                Kind = kind,
                Principal = tenant is null ? null : PrincipalClaimsReader.ToPrincipal(claims.UserId, tenant, claims.Scopes),
                Scopes = claims.Scopes,
                CredentialId = CredentialId(token),
            };
            return new TokenVerdict(new(caller, new DateTimeOffset(token.ValidTo, TimeSpan.Zero) + _options.ClockSkew, CertificateHash(token)), Refusal: null);
        }
        catch (PrincipalClaimsException e)
        {
            // This exception's message is written for callers: it names the claim and never its value.
            return new CallerRefusal(Reason(e.Problem), e.Message, CallerRefusalKind.Forbidden);
        }
    }

    /// <summary>Whether the token is that of a client in its own name: RFC 9068 section 2.2 then lets <c>sub</c> be the client.</summary>
    private static bool IsClientItself(ClaimsIdentity identity) =>
        identity.FindFirst("sub")?.Value is { } subject && (identity.FindFirst("client_id") ?? identity.FindFirst("azp"))?.Value == subject;

    private static string CredentialId(JsonWebToken token) => token.Id is { Length: > 0 and <= 100 } id
        ? $"token:{id}"
        : $"token:sha256-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token.EncodedToken)).AsSpan(0, 16))}";

    private static string? CertificateHash(JsonWebToken token) =>
        token.TryGetPayloadValue<JsonElement>("cnf", out var confirmation) && confirmation.ValueKind is JsonValueKind.Object
        && confirmation.TryGetProperty("x5t#S256", out var hash)
            ? hash.ValueKind is JsonValueKind.String ? hash.GetString() : "unusable"
            : null;

    private static CallerRefusal RefusalOf(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException => CallerRefusals.Expired,
        SecurityTokenNotYetValidException => CallerRefusals.NotYetValid,
        SecurityTokenNoExpirationException or SecurityTokenInvalidLifetimeException => CallerRefusals.Lifetime,
        SecurityTokenInvalidIssuerException => CallerRefusals.Issuer,
        SecurityTokenInvalidAudienceException => CallerRefusals.Audience,
        SecurityTokenInvalidAlgorithmException => CallerRefusals.Algorithm,
        SecurityTokenInvalidTypeException => CallerRefusals.Type,
        SecurityTokenSignatureKeyNotFoundException => CallerRefusals.UnknownKey,
        SecurityTokenMalformedException or ArgumentException => CallerRefusals.Malformed,
        SecurityTokenInvalidSignatureException e => e.InnerException is SecurityTokenInvalidAlgorithmException ? CallerRefusals.Algorithm : CallerRefusals.Signature,
        _ => CallerRefusals.Other,
    };

    private static string Reason(PrincipalClaimsProblem problem) => problem switch
    {
        PrincipalClaimsProblem.UserMissing => "user-missing",
        PrincipalClaimsProblem.TenantMissing => "tenant-missing",
        PrincipalClaimsProblem.Ambiguous => "claim-ambiguous",
        _ => "claim-unusable",
    };

    private static void Check(TokenIssuerOptions options)
    {
        if (!options.Authority.IsAbsoluteUri || !(options.Authority.Scheme == Uri.UriSchemeHttps || (options.Authority.Scheme == Uri.UriSchemeHttp && options.Authority.IsLoopback)))
            throw new ArgumentException($"The authority '{options.Authority}' must be an https address: whoever answers it decides who may call.", nameof(options));
        if (options.Audiences.Count == 0)
            throw new ArgumentException($"The issuer '{options.Authority}' needs an audience: its tokens for other services must not be accepted.", nameof(options));
        if (options.Algorithms.Count == 0 || options.Algorithms.Except(TokenIssuerOptions.KnownAlgorithms, StringComparer.Ordinal).Any())
            throw new ArgumentException($"The issuer '{options.Authority}' may use {string.Join(", ", TokenIssuerOptions.KnownAlgorithms)}.", nameof(options));
    }
}
