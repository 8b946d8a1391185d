using System.Net;

namespace Mandate.Protocol.Tests.Grpc.Hostile;

/// <summary>A request of any shape over well-formed HTTP/2, and what came back, read without the code under test.</summary>
internal sealed record HttpCall
{
    private const string Service = "/temporal.api.workflowservice.v1.WorkflowService/";

    internal string Path { get; init; } = Service + "GetSystemInfo";

    internal HttpMethod Method { get; init; } = HttpMethod.Post;

    internal string? ContentType { get; init; } = "application/grpc";

    internal byte[] Body { get; init; } = [0, 0, 0, 0, 0];

    internal (string Name, string Value)[] Headers { get; init; } = [];

    internal static string PathOf(string method) => Service + method;

    internal async Task<HttpAnswer> SendAsync(string address)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(Method, new Uri($"http://{address}{Path}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Body),
        };
        if (ContentType is not null)
            request.Content.Headers.TryAddWithoutValidation("content-type", ContentType);
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();

        using var response = await http.SendAsync(request, CancellationToken.None);
        var body = await response.Content.ReadAsByteArrayAsync();
        var headers = response.Headers.Concat(response.TrailingHeaders).ToDictionary(h => h.Key, h => string.Join(",", h.Value));
        return new(response.StatusCode, headers, body);
    }
}
