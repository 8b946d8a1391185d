using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Mandate.Demo;

/// <summary>The demonstration's people: each gets a token of the development identity provider and calls the REST API with it.</summary>
internal sealed class DemoRest(Uri service, Uri tokenEndpoint) : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);

    /// <summary>The tokens got so far.</summary>
    public IReadOnlyCollection<string> Tokens => _tokens.Values;

    /// <summary>Calls as a user and returns status and body.</summary>
    public async Task<(int Status, JsonElement Body)> CallAsync(string user, HttpMethod method, string path, string? json, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(service, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(user, cancellation));
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        return ((int)response.StatusCode, body.Length > 0 ? JsonElement.Parse(body) : default);
    }

    /// <summary>As <see cref="CallAsync"/>; an error is the end of the demonstration.</summary>
    public async Task<JsonElement> DoAsync(string user, HttpMethod method, string path, string? json, CancellationToken cancellation)
    {
        var (status, body) = await CallAsync(user, method, path, json, cancellation);
        return status < 300 ? body : throw new DemoException($"{method} {path} as {user} was answered {status}: {(body.ValueKind == JsonValueKind.Object ? body.GetProperty("detail").GetString() : "")}");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>A user's token.</summary>
    public async Task<string> TokenAsync(string user, CancellationToken cancellation)
    {
        if (_tokens.TryGetValue(user, out var token))
            return token;
        using var form = new FormUrlEncodedContent([new("grant_type", "password"), new("username", user)]);
        using var response = await _http.PostAsync(tokenEndpoint, form, cancellation);
        response.EnsureSuccessStatusCode();
        return _tokens[user] = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellation)).GetProperty("access_token").GetString()!;
    }
}
