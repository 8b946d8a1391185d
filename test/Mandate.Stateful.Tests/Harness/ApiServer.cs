using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>The API that workflows call: it remembers which token came, and by which path.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ConcurrentQueue<(string Path, string Token)> _calls = new();
    private LocalServer _server = null!;

    private ApiServer()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("api").AddApiToken();
        _services = services.BuildServiceProvider();
        Client = _services.GetRequiredService<IHttpClientFactory>().CreateClient("api");
    }

    public Uri Address => _server.Address;

    /// <summary>Calls with the token of the workflow whose activity uses it.</summary>
    public HttpClient Client { get; }

    public IReadOnlyList<(string Path, string Token)> Calls => [.. _calls];

    /// <summary>What answers wait for; nothing unless set.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    public static async Task<ApiServer> StartAsync()
    {
        var api = new ApiServer();
        api._server = await LocalServer.StartAsync(api.AnswerAsync);
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        _calls.Enqueue((context.Request.Path, context.Request.Headers.Authorization.ToString()["Bearer ".Length..]));
        await Answers.WaitAsync(context.RequestAborted);
        await context.Response.WriteAsync(context.Request.Path);
    }
}
