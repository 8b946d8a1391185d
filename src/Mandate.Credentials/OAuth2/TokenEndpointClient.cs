using System.Net.Http.Headers;
using System.Text;

namespace Mandate.Credentials.OAuth2;

/// <summary>Talks to one provider: finds its token endpoint, sends the grant, reads the answer.</summary>
internal sealed class TokenEndpointClient : IDisposable
{
    private readonly ClientCredentialsOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private readonly Discovery? _discovery;

    public TokenEndpointClient(ClientCredentialsOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _options = options;
        _time = time;
        _http = handler is null
            ? new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }, disposeHandler: true)
            : new(handler, disposeHandler: false);
        _discovery = options.Authority is null ? null : new(options, time);
    }

    /// <exception cref="TokenException">No token.</exception>
    public async Task<AccessToken> ExchangeAsync()
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        var provider = _options.TokenEndpoint ?? _options.Authority!;
        try
        {
            var endpoint = _options.TokenEndpoint ?? await _discovery!.GetTokenEndpointAsync(_http, timeout.Token).ConfigureAwait(false);
            using var request = CreateRequest(endpoint);
            // The life of the token is counted from before the request, so that a slow answer cannot make it seem longer.
            var asked = _time.GetUtcNow();
            using var response = await _http.SendAsync(request, timeout.Token).ConfigureAwait(false);
            var body = await BoundedBody.ReadAsync(response.Content, timeout.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? TokenResponse.Read(body, asked, _options)
                : throw TokenResponse.ToError((int)response.StatusCode, body, _options.ClientId, endpoint);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new TokenException(TokenErrorKind.Unavailable, $"The token provider {provider.Host} did not answer within {_options.Timeout.TotalSeconds} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new TokenException(TokenErrorKind.Unavailable, $"The token provider {provider.Host} cannot be reached. Check its address and the network.", inner: e);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage CreateRequest(Uri endpoint)
    {
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (_options.Scopes.Count > 0)
            form.Add(new("scope", string.Join(' ', _options.Scopes)));
        if (_options.Audience is { } audience)
            form.Add(new("audience", audience));
        if (_options.Resource is { } resource)
            form.Add(new("resource", resource.OriginalString));

        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Accept.Add(new("application/json"));
        if (_options.Authentication is ClientAuthentication.ClientSecretBasic)
        {
            request.Headers.Authorization = Basic();
        }
        else
        {
            form.Add(new("client_id", _options.ClientId));
            form.Add(new("client_secret", _options.ClientSecret.Reveal()));
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    /// <summary>Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1), or a colon in the id would shift the border.</summary>
    private AuthenticationHeaderValue Basic()
    {
        static string Encode(string part) => Uri.EscapeDataString(part).Replace("%20", "+", StringComparison.Ordinal);
        return new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Encode(_options.ClientId)}:{Encode(_options.ClientSecret.Reveal())}")));
    }
}
