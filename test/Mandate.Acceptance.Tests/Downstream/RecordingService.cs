using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mandate.Acceptance.Tests.Downstream;

/// <summary>A service that keeps what it is sent, and answers as it is told.</summary>
internal sealed class RecordingService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> _received = new();

    private RecordingService(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>The headers of each request, in order, names in lower case.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Received => [.. _received];

    /// <summary>Status of the answers; the location is sent with redirects.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    public string? Location { get; set; }

    public static async Task<RecordingService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = new RecordingService(builder.Build());
        service._app.Run(async context =>
        {
            service._received.Enqueue(context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal));
            context.Response.StatusCode = service.Status;
            if (service.Location is { } location)
                context.Response.Headers.Location = location;
            await context.Response.WriteAsync("done");
        });
        await service._app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
