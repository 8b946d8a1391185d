using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mandate.Identity.Envelopes;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Mandate.Identity.Callers;

/// <summary>
/// Knows callers by access token, API key or client certificate. (1) A token or an API key says who calls; both at once are refused. (2) A client certificate says so where neither is
/// there; beside a token it must be the one the token is bound to, if it is bound to one (RFC 8705). (3) Good tokens are remembered by hash, and their life is judged each time.
/// </summary>
public sealed class CallerAuthenticator : ICallerAuthenticator, IDisposable
{
    internal const int MaximumTokenLength = 16 * 1024;

    private readonly CallerAuthenticatorOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly TokenIssuer[] _issuers;
    private readonly ClientCertificates? _certificates;
    private readonly VerdictCache<KnownToken> _known;

    /// <summary>Creates an authenticator. Identity providers are asked when their first token comes.</summary>
    /// <exception cref="ArgumentException">A setting cannot be honoured; the message says which.</exception>
    public CallerAuthenticator(CallerAuthenticatorOptions options)
    {
        if (options.CacheSize < 2)
            throw new ArgumentException($"{nameof(CallerAuthenticatorOptions.CacheSize)} must be at least 2.", nameof(options));
        _options = options;
        _http = options.Http is { } handler
            ? new(handler, disposeHandler: false)
            : new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }, disposeHandler: true);
        _issuers =
        [
            .. options.Issuers.Select(issuer => new TokenIssuer(
                issuer, options.WorkerScope, new(issuer, _http, options.TimeProvider, options.LoggerFactory.CreateLogger<IssuerDocument>()), options.TimeProvider)),
        ];
        _known = new(options.CacheSize);
        _certificates = options.Certificates is { } certificates ? new(certificates, options.CacheSize, options.TimeProvider) : null;
    }

    /// <summary>The API keys that are known, oldest first; those that have ended too.</summary>
    public IReadOnlyList<ApiKey> ApiKeys => _options.ApiKeys?.List() ?? [];

    /// <inheritdoc/>
    public async ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellation)
    {
        if (credentials is { BearerToken: not null, ApiKey: not null })
            return CallerVerdict.Refuse(CallerRefusals.Ambiguous);
        if (credentials.ApiKey is { } key)
            return VerifyApiKey(key);
        if (credentials.BearerToken is { } bearer)
        {
            // Temporal's SDKs send an API key where a token goes.
            return bearer.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal)
                ? VerifyApiKey(bearer)
                : await VerifyTokenAsync(bearer, credentials.ClientCertificate, cancellation).ConfigureAwait(false);
        }

        return credentials.ClientCertificate is { } certificate && _certificates is not null
            ? _certificates.Verify(certificate)
            : CallerVerdict.Refuse(CallerRefusals.Missing);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _options.ApiKeys?.Dispose();
    }

    private CallerVerdict VerifyApiKey(string text) => _options.ApiKeys?.Verify(text) ?? CallerVerdict.Refuse(CallerRefusals.ApiKeyUnknown);

    private async ValueTask<CallerVerdict> VerifyTokenAsync(string text, X509Certificate2? certificate, CancellationToken cancellation)
    {
        var version = Version();
        var known = text.Length <= MaximumTokenLength ? _known.Find(text, version) : null;
        if (known is null)
        {
            if (Parse(text) is not { } token)
                return CallerVerdict.Refuse(CallerRefusals.Malformed);
            var verdict = await VerifyAsync(token, cancellation).ConfigureAwait(false);
            if (!verdict.IsAccepted)
                return CallerVerdict.Refuse(verdict.Refusal);
            known = verdict.Token;
            // When the keys changed meanwhile it is not remembered this time: it is not known which ones it was judged with.
            _known.Add(text, known, version);
        }

        if (known.Expires <= _options.TimeProvider.GetUtcNow())
            return CallerVerdict.Refuse(CallerRefusals.Expired);
        if (known.CertificateHash is { } bound && (certificate is null || bound != Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA256))))
            return CallerVerdict.Refuse(CallerRefusals.OtherCertificate);
        return CallerVerdict.Accept(known.Caller);
    }

    /// <summary>
    /// The provider the token names verifies it. Where that is not known because documents have not been read, those are read first; one that cannot be reached does not keep tokens of
    /// others out.
    /// </summary>
    private async ValueTask<TokenVerdict> VerifyAsync(JsonWebToken token, CancellationToken cancellation)
    {
        if (Array.Find(_issuers, i => i.Issues(token.Issuer) is true) is { } issuer)
            return await issuer.VerifyAsync(token, cancellation).ConfigureAwait(false);
        var unread = Array.FindAll(_issuers, i => i.Issues(token.Issuer) is null);
        await Task.WhenAll(unread.Select(i => i.Document.GetAsync(cancellation).AsTask())).ConfigureAwait(false);
        if (Array.Find(_issuers, i => i.Issues(token.Issuer) is true) is { } found)
            return await found.VerifyAsync(token, cancellation).ConfigureAwait(false);
        // An attempt to choose the algorithm is called that, whoever the token says has issued it.
        if (_issuers.Length > 0 && !TokenIssuerOptions.KnownAlgorithms.Contains(token.Alg, StringComparer.Ordinal))
            return CallerRefusals.Algorithm;
        return unread.Any(i => i.Issues(token.Issuer) is null) ? CallerRefusals.ProviderUnavailable : CallerRefusals.Issuer;
    }

    private static JsonWebToken? Parse(string text)
    {
        if (text.Length > MaximumTokenLength || text.Count('.') != 2)
            return null;
        try
        {
            return new(text);
        }
        catch (Exception e) when (e is ArgumentException or Microsoft.IdentityModel.Tokens.SecurityTokenException)
        {
            return null;
        }
    }

    private long Version()
    {
        var sum = 0L;
        foreach (var issuer in _issuers)
            sum += issuer.Document.Version;
        return sum;
    }
}
