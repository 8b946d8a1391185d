using System.Text.Json;
using Mandate.Credentials.Json;

namespace Mandate.Credentials.OAuth2;

/// <summary>Reads the answers of a token endpoint (RFC 6749 sections 5.1 and 5.2). Nothing of an answer but a known error code reaches an error.</summary>
internal static class TokenResponse
{
    private static readonly string[] KnownCodes =
    [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target",
        "server_error", "temporarily_unavailable",
    ];

    /// <exception cref="TokenException">It is not a usable token.</exception>
    public static AccessToken Read(ReadOnlyMemory<byte> body, DateTimeOffset asked, ClientCredentialsOptions options)
    {
        using var document = JsonBody.Parse(body) ?? throw Invalid("is not a JSON object");
        var root = document.RootElement;
        if (JsonBody.Text(root, "access_token") is not { Length: > 0 } token)
            throw Invalid("holds no access_token");
        if (token.Any(c => c is <= ' ' or > '~'))
            throw Invalid("holds an access_token with characters that no header may carry");
        if (JsonBody.Text(root, "token_type") is { } type && !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            throw Invalid("holds a token that is not a bearer token");

        var life = Life(token, root, asked) ?? options.DefaultLifetime;
        if (life <= TimeSpan.Zero)
            throw Invalid("holds a token that is already expired");
        var expires = asked + life;
        var before = life / 5 < options.RefreshBefore ? life / 5 : options.RefreshBefore;
        return new(new Secret(token), expires, expires - before);
    }

    public static TokenException ToError(int status, ReadOnlyMemory<byte> body, string clientId, Uri endpoint)
    {
        using var document = JsonBody.Parse(body);
        var claimed = document is null ? null : JsonBody.Text(document.RootElement, "error");
        var code = KnownCodes.FirstOrDefault(known => known == claimed);
        var answered = $"The token endpoint of {endpoint.Host} answered {status}{(code is null ? "" : $" {code}")}";
        return status switch
        {
            >= 500 or 429 or 408 => new(TokenErrorKind.Unavailable, $"{answered}: it is in trouble itself. Try again later.", code, status),
            >= 300 and < 400 => new(TokenErrorKind.InvalidResponse, $"{answered}, a redirect, which is not followed with a secret at hand. Configure the address it leads to.", code, status),
            _ when code is "server_error" or "temporarily_unavailable" => new(TokenErrorKind.Unavailable, $"{answered}. Try again later.", code, status),
            401 => InvalidClient(answered, code, status, clientId),
            _ when code is "invalid_client" => InvalidClient(answered, code, status, clientId),
            404 or 405 => new(TokenErrorKind.InvalidResponse, $"{answered}: there is no token endpoint at {endpoint.AbsolutePath}. Check the address.", code, status),
            _ => new(TokenErrorKind.Refused, $"{answered}: it refuses the request of client '{clientId}'. Check scopes, audience and the grants allowed to the client.", code, status),
        };
    }

    public static TokenException ToDiscoveryError(int status, Uri place) => status >= 500 || status is 429 or 408
        ? new(TokenErrorKind.Unavailable, $"The token provider {place.Host} answered {status} when asked for its metadata. Try again later.", statusCode: status)
        : new(TokenErrorKind.InvalidResponse, $"The token provider {place.Host} answered {status} when asked for its metadata ({place.AbsolutePath}). Check the authority.", statusCode: status);

    public static TokenException TooLarge() =>
        new(TokenErrorKind.InvalidResponse, "The token provider's answer is larger than 1 MiB, which no token is. Check its address.");

    private static TokenException InvalidClient(string answered, string? code, int status, string clientId) =>
        new(TokenErrorKind.InvalidClient, $"{answered}: it does not accept client '{clientId}' with the secret at hand. Check both, and the way the client proves itself.", code, status);

    /// <summary>
    /// How long the token lives: the shorter of what it says of itself and what the provider says. A token with issue and expiry gives a life that does
    /// not depend on the local clock being right.
    /// </summary>
    private static TimeSpan? Life(string token, JsonElement root, DateTimeOffset asked)
    {
        TimeSpan? stated = Number(root, "expires_in") is { } seconds ? Seconds(seconds) : null;
        TimeSpan? own = null;
        using var claims = JwtClaims.Read(token);
        if (claims is not null && Number(claims.RootElement, "exp") is { } expiry)
        {
            var start = Number(claims.RootElement, "iat") ?? asked.ToUnixTimeMilliseconds() / 1000.0;
            own = Seconds(expiry - start);
        }

        return (stated, own) switch
        {
            ({ } s, { } o) => s < o ? s : o,
            _ => stated ?? own,
        };
    }

    /// <summary>At most a hundred years: more would not fit into a date, and means "for ever".</summary>
    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, -1, 100.0 * 365 * 24 * 3600));

    private static double? Number(JsonElement root, string property)
    {
        if (!root.TryGetProperty(property, out var value))
            return null;
        // Some providers send the number as a text.
        if (JsonBody.Text(root, property) is { } written && double.TryParse(written, out var text) && double.IsFinite(text))
            return text;
        return value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
    }

    private static TokenException Invalid(string what) =>
        new(TokenErrorKind.InvalidResponse, $"The token provider's answer {what}. Check that the configured address is its token endpoint.");
}
