using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Mandate.Acceptance.Tests.Support;

/// <summary>Calls the REST API as a caller with this token, or none.</summary>
internal sealed class RestClient(Uri address, string? token) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path, content: null);
        return (response.StatusCode, await BodyAsync(response));
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body) => PostAsync(path, JsonContent(JsonSerializer.Serialize(body)));

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(HttpMethod.Post, path, content, headers);
        return (response.StatusCode, await BodyAsync(response));
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }

    /// <summary>Every event of the caller's tenant, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> AuditEventsAsync(string filter = "")
    {
        var events = new List<JsonElement>();
        var cursor = "";
        do
        {
            var (status, page) = await GetAsync($"/v1/audit-events?order=oldest&limit=1000{filter}{cursor}");
            status.ShouldBe(HttpStatusCode.OK);
            events.AddRange(page.GetProperty("events").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        return events;
    }

    public static StringContent JsonContent(string text) => new(text, Encoding.UTF8, "application/json");

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
