using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Mandate.Testing;

/// <summary>A real HTTP server on a loopback port of the system's choice: answers each request as the script says and remembers what it received.</summary>
public sealed class ScriptedHttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedRequest> _received = new();

    private ScriptedHttpServer(WebApplication app) => _app = app;

    /// <summary>Its address, without a path.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>Every request so far, in order of arrival.</summary>
    public IReadOnlyList<ReceivedRequest> Received => [.. _received];

    /// <summary>Starts a server; with a certificate it speaks TLS.</summary>
    public static Task<ScriptedHttpServer> StartAsync(Func<ReceivedRequest, ScriptedAnswer> script, X509Certificate2? certificate = null, int port = 0) =>
        StartAsync((request, _) => Task.FromResult(script(request)), certificate, port);

    /// <inheritdoc cref="StartAsync(Func{ReceivedRequest, ScriptedAnswer}, X509Certificate2?, int)"/>
    public static async Task<ScriptedHttpServer> StartAsync(
        Func<ReceivedRequest, CancellationToken, Task<ScriptedAnswer>> script, X509Certificate2? certificate = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var server = new ScriptedHttpServer(builder.Build());
        server._app.Run(context => server.AnswerAsync(context, script));
        await server._app.StartAsync();
        return server;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, Func<ReceivedRequest, CancellationToken, Task<ScriptedAnswer>> script)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new ReceivedRequest(
            context.Request.Method,
            // As it arrived: decoded and encoded again, it could be another one.
            new Uri($"{context.Request.Scheme}://{context.Request.Host}{context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}"),
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(context.RequestAborted));
        _received.Enqueue(request);
        var answer = await script(request, context.RequestAborted);
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            context.Response.Headers[name] = value;
        if (answer.Body.Length > 0)
        {
            context.Response.ContentType = answer.ContentType;
            await context.Response.WriteAsync(answer.Body, context.RequestAborted);
        }
    }
}
