using System.Net;
using Mandate.Identity.Callers;
using Mandate.Testing;

namespace Mandate.Identity.Tests.Callers;

/// <summary>An authenticator with two identity providers and a clock of the test's.</summary>
internal sealed class CallersFixture : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ScriptedHttpHandler _http;

    public CallersFixture(Func<CallerAuthenticatorOptions, CallerAuthenticatorOptions>? change = null, Func<TokenIssuerOptions, TokenIssuerOptions>? first = null)
    {
        First = new("https://login.example.com", Clock);
        Second = new("https://partner.example.com", Clock);
        _http = new(request => First.Answer(request.Uri) ?? Second.Answer(request.Uri) ?? new(HttpStatusCode.NotFound));
        ApiKeys = new(ApiKeyFile, Clock, Loggers);
        var issuer = new TokenIssuerOptions { Authority = new(First.Authority), Audiences = ["mandate"] };
        var options = new CallerAuthenticatorOptions
        {
            Issuers =
            [
                first?.Invoke(issuer) ?? issuer,
                new() { Authority = new(Second.Authority), Audiences = ["mandate"], Tenants = ["umbrella", "globex"] },
            ],
            ApiKeys = ApiKeys,
            Http = _http,
            TimeProvider = Clock,
            LoggerFactory = Loggers,
        };
        Authenticator = new(change?.Invoke(options) ?? options);
    }

    public ManualTimeProvider Clock { get; } = new();

    public RecordingLoggers Loggers { get; } = new();

    /// <summary>May speak for every tenant.</summary>
    public ScriptedIssuer First { get; }

    /// <summary>May speak for umbrella and globex.</summary>
    public ScriptedIssuer Second { get; }

    public string ApiKeyFile => _directory.File("api-keys.json");

    public ApiKeyStore ApiKeys { get; }

    public CallerAuthenticator Authenticator { get; }

    public async Task<CallerVerdict> BearerAsync(string? token) => await Authenticator.AuthenticateAsync(new() { BearerToken = token }, CancellationToken.None);

    public async Task<string?> ReasonAsync(string? token) => (await BearerAsync(token)).Refusal?.Reason;

    public async Task<CallerVerdict> ApiKeyAsync(string key) => await Authenticator.AuthenticateAsync(new() { ApiKey = key }, CancellationToken.None);

    public void Dispose()
    {
        Authenticator.Dispose();
        _http.Dispose();
        _directory.Dispose();
    }
}
