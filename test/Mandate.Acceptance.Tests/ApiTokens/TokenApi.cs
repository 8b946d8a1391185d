using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>The API that workflows call: it remembers which token came.</summary>
internal sealed class TokenApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _tokens = new();

    private TokenApi(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public string? LastToken => _tokens.LastOrDefault();

    public static async Task<TokenApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = new TokenApi(builder.Build());
        api._app.Run(context =>
        {
            api._tokens.Enqueue(context.Request.Headers.Authorization.ToString()["Bearer ".Length..]);
            return context.Response.WriteAsync("called");
        });
        await api._app.StartAsync();
        return api;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
