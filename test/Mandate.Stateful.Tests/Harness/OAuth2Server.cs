using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>A token endpoint that gives short-lived tokens, and remembers them.</summary>
internal sealed class OAuth2Server : IAsyncDisposable
{
    private readonly TimeSpan _lifetime;
    private readonly ConcurrentQueue<(string Token, DateTimeOffset At)> _issued = new();
    private LocalServer _server = null!;

    private OAuth2Server(TimeSpan lifetime) => _lifetime = lifetime;

    public Uri TokenEndpoint => new(_server.Address, "/token");

    /// <summary>Each token, and when it was given.</summary>
    public IReadOnlyList<(string Token, DateTimeOffset At)> Issued => [.. _issued];

    public static async Task<OAuth2Server> StartAsync(TimeSpan lifetime)
    {
        var provider = new OAuth2Server(lifetime);
        provider._server = await LocalServer.StartAsync(provider.AnswerAsync);
        return provider;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var token = $"issued-token-{Guid.NewGuid():N}";
        _issued.Enqueue((token, TimeProvider.System.GetUtcNow()));
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":{{(int)_lifetime.TotalSeconds}}}""");
    }
}
