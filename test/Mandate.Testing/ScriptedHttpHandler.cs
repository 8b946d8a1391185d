using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Mandate.Testing;

/// <summary>An HTTP server in memory: answers each request as the script says and remembers what it received.</summary>
/// <param name="script">The answer to a request.</param>
public sealed class ScriptedHttpHandler(Func<ReceivedRequest, CancellationToken, Task<HttpResponseMessage>> script) : HttpMessageHandler
{
    private readonly ConcurrentQueue<ReceivedRequest> _received = new();

    /// <summary>Answers without waiting.</summary>
    public ScriptedHttpHandler(Func<ReceivedRequest, HttpResponseMessage> script)
        : this((request, _) => Task.FromResult(script(request)))
    {
    }

    /// <summary>Every request so far, in order of arrival.</summary>
    public IReadOnlyList<ReceivedRequest> Received => [.. _received];

    /// <summary>An answer with a JSON body.</summary>
    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var received = new ReceivedRequest(
            request.Method.Method,
            request.RequestUri!,
            request.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            body);
        _received.Enqueue(received);
        return await script(received, cancellationToken);
    }
}
