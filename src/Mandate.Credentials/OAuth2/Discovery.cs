using System.Net;
using Mandate.Credentials.Json;

namespace Mandate.Credentials.OAuth2;

/// <summary>Finds a provider's token endpoint from its metadata (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3), and keeps it for an hour.</summary>
internal sealed class Discovery(ClientCredentialsOptions options, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Uri _authority = options.Authority!;
    private Uri? _endpoint;
    private DateTimeOffset _goodUntil;

    /// <remarks>Called by one exchange at a time.</remarks>
    /// <exception cref="TokenException">The metadata cannot be had or is not usable.</exception>
    public async Task<Uri> GetTokenEndpointAsync(HttpMessageInvoker http, CancellationToken cancellation)
    {
        if (_endpoint is { } known && time.GetUtcNow() < _goodUntil)
            return known;

        var issuer = _authority.OriginalString.TrimEnd('/');
        Uri[] places =
        [
            new(issuer + "/.well-known/openid-configuration"),
            new(_authority, "/.well-known/oauth-authorization-server" + _authority.AbsolutePath.TrimEnd('/')),
        ];
        foreach (var place in places)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, place);
            request.Headers.Accept.Add(new("application/json"));
            using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.NotFound)
                continue;
            if (!response.IsSuccessStatusCode)
                throw TokenResponse.ToDiscoveryError((int)response.StatusCode, place);

            var body = await BoundedBody.ReadAsync(response.Content, cancellation).ConfigureAwait(false) ?? throw TokenResponse.TooLarge();
            _endpoint = Read(body, issuer, place);
            _goodUntil = time.GetUtcNow() + Lifetime;
            return _endpoint;
        }

        throw Invalid(places[0], "has no metadata document");
    }

    /// <summary>The issuer must be the one asked (RFC 8414 section 3.3): otherwise one provider could name itself as another.</summary>
    private Uri Read(ReadOnlyMemory<byte> body, string issuer, Uri place)
    {
        using var document = JsonBody.Parse(body) ?? throw Invalid(place, "answers with something that is not a JSON object");
        if (JsonBody.Text(document.RootElement, "issuer")?.TrimEnd('/') != issuer)
            throw Invalid(place, "names another issuer than the configured authority");
        if (!Uri.TryCreate(JsonBody.Text(document.RootElement, "token_endpoint"), UriKind.Absolute, out var endpoint))
            throw Invalid(place, "names no token endpoint");
        return options.IsAllowed(endpoint) ? endpoint : throw Invalid(place, "names a token endpoint without TLS");
    }

    private static TokenException Invalid(Uri place, string what) =>
        new(TokenErrorKind.InvalidResponse, $"The token provider {place.Host} {what} ({place.AbsolutePath}). Check the authority, or configure the token endpoint itself.");
}
