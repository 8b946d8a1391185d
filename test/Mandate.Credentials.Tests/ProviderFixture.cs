using System.Net;
using Mandate.Testing;

namespace Mandate.Credentials.Tests;

/// <summary>A scripted token provider and a source that uses it.</summary>
internal sealed class ProviderFixture
{
    public const string ClientSecret = "s3cr3t-canary";

    private int _issued;

    public ProviderFixture() =>
        Handler = new((request, cancellation) => Answer(request, cancellation));

    public ManualTimeProvider Clock { get; } = new();

    public ScriptedHttpHandler Handler { get; }

    public int Exchanges => Handler.Received.Count(r => r.Method == "POST");

    /// <summary>What the provider does; issues opaque tokens for an hour unless set.</summary>
    public Func<ReceivedRequest, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = default!;

    public static ProviderFixture Issuing(int expiresIn = 3600)
    {
        var fixture = new ProviderFixture();
        fixture.Issue(expiresIn);
        return fixture;
    }

    public static ProviderFixture Answering(HttpStatusCode status, string body) =>
        new() { Answer = (_, _) => Task.FromResult(ScriptedHttpHandler.Json(body, status)) };

    public void Issue(int expiresIn = 3600) => Answer = (_, _) => Task.FromResult(
        ScriptedHttpHandler.Json($$"""{"access_token":"token-{{Interlocked.Increment(ref _issued)}}","token_type":"Bearer","expires_in":{{expiresIn}}}"""));

    public void Fail(HttpStatusCode status = HttpStatusCode.ServiceUnavailable) => Answer = (_, _) => Task.FromResult(new HttpResponseMessage(status));

    public static ClientCredentialsOptions Options() => new()
    {
        TokenEndpoint = new("https://idp.example/oauth/token"),
        ClientId = "orders-worker",
        ClientSecret = new(ClientSecret),
    };

    public ClientCredentialsTokenSource Source(ClientCredentialsOptions? options = null, RecordingLoggers? loggers = null) =>
        new(options ?? Options(), Handler, Clock, loggers);
}
