using System.Net.Http.Headers;
using System.Text;

namespace Mandate.Credentials.OAuth2;

/// <summary>Talks to one provider: finds its token endpoint, sends the grant, reads the answer.</summary>
internal sealed class TokenEndpointClient : IDisposable
{
    private static readonly KeyValuePair<string, string>[] ClientCredentials = [new("grant_type", "client_credentials")];

    private readonly ClientCredentialsOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private readonly Discovery? _discovery;

    public TokenEndpointClient(ClientCredentialsOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _options = options;
        _time = time;
        _http = handler is null ? new(OwnHandler(options), disposeHandler: true) : new(handler, disposeHandler: false);
        _discovery = options.Authority is null ? null : new(options, time);
    }

    /// <summary>A token in the client's own name.</summary>
    /// <exception cref="TokenException">No token.</exception>
    public Task<AccessToken> ExchangeAsync(ClientCredential credential, CancellationToken cancellation) => ExchangeAsync(credential, ClientCredentials, cancellation);

    /// <summary>A token by any grant; scope, audience and resource are those of the options.</summary>
    /// <exception cref="TokenException">No token.</exception>
    public async Task<AccessToken> ExchangeAsync(ClientCredential credential, IReadOnlyList<KeyValuePair<string, string>> grant, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        var provider = _options.TokenEndpoint ?? _options.Authority!;
        try
        {
            var endpoint = _options.TokenEndpoint ?? await _discovery!.GetTokenEndpointAsync(_http, either.Token).ConfigureAwait(false);
            using var request = CreateRequest(endpoint, credential, grant);
            // The life of the token is counted from before the request, so that a slow answer cannot make it seem longer.
            var asked = _time.GetUtcNow();
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            var body = await BoundedBody.ReadAsync(response.Content, either.Token).ConfigureAwait(false) ?? throw TokenResponse.TooLarge();
            return response.IsSuccessStatusCode
                ? TokenResponse.Read(body, asked, _options)
                : throw TokenResponse.ToError((int)response.StatusCode, body, credential.ClientId, endpoint);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TokenException(TokenErrorKind.Unavailable, $"The token provider {provider.Host} did not answer within {_options.Timeout.TotalSeconds} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new TokenException(TokenErrorKind.Unavailable, $"The token provider {provider.Host} cannot be reached. Check its address and the network.", inner: e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler OwnHandler(ClientCredentialsOptions options)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (options.Tls is { } tls)
            handler.SslOptions = tls.CreateSslOptions();
        return handler;
    }

    private HttpRequestMessage CreateRequest(Uri endpoint, ClientCredential credential, IReadOnlyList<KeyValuePair<string, string>> grant)
    {
        var form = new List<KeyValuePair<string, string>>(grant);
        if (_options.Scopes.Count > 0)
            form.Add(new("scope", string.Join(' ', _options.Scopes)));
        if (_options.Audience is { } audience)
            form.Add(new("audience", audience));
        if (_options.Resource is { } resource)
            form.Add(new("resource", resource.OriginalString));

        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Accept.Add(new("application/json"));
        Authenticate(request, form, endpoint, credential);
        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    /// <exception cref="TokenException">The key cannot be used.</exception>
    private void Authenticate(HttpRequestMessage request, List<KeyValuePair<string, string>> form, Uri endpoint, ClientCredential credential)
    {
        if (_options.Authentication is ClientAuthentication.ClientSecretBasic)
        {
            request.Headers.Authorization = Basic(credential);
            return;
        }

        form.Add(new("client_id", credential.ClientId));
        if (_options.Authentication is ClientAuthentication.ClientSecretPost)
        {
            form.Add(new("client_secret", Reveal(credential)));
        }
        else if (_options.Authentication is ClientAuthentication.PrivateKeyJwt)
        {
            form.Add(new("client_assertion_type", ClientAssertion.Type));
            form.Add(new("client_assertion", ClientAssertion.Create(credential.ClientId, Reveal(credential), endpoint, _options, _time)));
        }
    }

    /// <summary>Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1), or a colon in the id would shift the border.</summary>
    private static AuthenticationHeaderValue Basic(ClientCredential credential)
    {
        static string Encode(string part) => Uri.EscapeDataString(part).Replace("%20", "+", StringComparison.Ordinal);
        return new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Encode(credential.ClientId)}:{Encode(Reveal(credential))}")));
    }

    private static string Reveal(ClientCredential credential) => credential.ClientSecret?.Reveal()
        ?? throw new TokenException(TokenErrorKind.NotConfigured, $"The credentials of client '{credential.ClientId}' from {credential.Source} hold no secret, which its way to prove itself needs.");
}
