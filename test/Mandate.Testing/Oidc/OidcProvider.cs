using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mandate.Testing;

/// <summary>
/// A real identity provider (npm <c>oidc-provider</c>) in a Node process of its own on a loopback port of the system's choice. Access tokens are ES256 JWTs for the
/// audience (parameter <c>audience</c>) or resource (RFC 8707) asked for. It gives them by client credentials, by token exchange (RFC 8693: subject
/// kept, <c>act</c> = the client), and for users (grant <c>password</c>, any password, username <c>user@tenant</c>: claims <c>user_id</c>, <c>tenant_id</c>).
/// </summary>
/// <remarks>The process ends with its standard input, so it never outlives the test. See <c>provider/provider.js</c>.</remarks>
public sealed class OidcProvider : IAsyncDisposable
{
    /// <summary>The grant of services.</summary>
    public const string ClientCredentialsGrant = "client_credentials";

    /// <summary>The grant of users.</summary>
    public const string PasswordGrant = "password";

    /// <summary>RFC 8693.</summary>
    public const string TokenExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HttpClient _http;
    private int _lastId;

    private OidcProvider(Process process, OidcProviderOptions options)
    {
        _process = process;
        Options = options;
        _process.ErrorDataReceived += (_, e) =>
        {
            lock (_log)
                _log.AppendLine(e.Data);
        };
        _process.BeginErrorReadLine();

        // A test's own certificate is believed because it is the very one.
        _http = new(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = options.Tls is { } tls ? (_, certificate, _, _) => IsSame(certificate, tls.Certificate) : null },
        });
    }

    /// <summary>The authority to configure. Tokens name it without a slash at its end, as <see cref="Uri.OriginalString"/> does.</summary>
    public Uri Issuer { get; private set; } = null!;

    /// <summary>The token endpoint.</summary>
    public Uri TokenEndpoint => new(Issuer, "/token");

    /// <summary>The signing keys.</summary>
    public Uri KeysAddress => new(Issuer, "/jwks");

    /// <summary>The options in force.</summary>
    public OidcProviderOptions Options { get; private set; }

    /// <summary>Starts a provider.</summary>
    /// <exception cref="InvalidOperationException">It does not start; the message holds what it wrote.</exception>
    public static async Task<OidcProvider> StartAsync(OidcProviderOptions? options = null)
    {
        options ??= new();
        var project = await NodeProject.OpenAsync("test/Mandate.Testing/Oidc/provider");
        var process = Process.Start(new ProcessStartInfo("node", ["provider.js"])
        {
            WorkingDirectory = project.Directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!;
        var provider = new OidcProvider(process, options);
        try
        {
            provider.Issuer = new((await provider.CallAsync("start", Wire(options))).GetProperty("issuer").GetString()!);
            return provider;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes its options while it runs: token lifetime, clients and their secrets, audiences. TLS stays as it is.</summary>
    public async Task ConfigureAsync(OidcProviderOptions options)
    {
        await CallAsync("configure", Wire(options with { Tls = null }));
        Options = options;
    }

    /// <summary>Signs with a new key from now on. The old ones remain published, unless they are to be forgotten.</summary>
    /// <returns>Id of the new key.</returns>
    public async Task<string> RotateKeysAsync(bool forgetOld = false) =>
        (await CallAsync("rotateKeys", new { forgetOld })).GetProperty("kid").GetString()!;

    /// <summary>Signs any claims with the present key, as a provider that is configured oddly would; nothing is added to them.</summary>
    public async Task<string> SignAsync(object claims, object? header = null) =>
        (await CallAsync("sign", new { claims, header = header ?? new { } })).GetProperty("token").GetString()!;

    /// <summary>Every request to the token endpoint so far.</summary>
    public async Task<IReadOnlyList<OidcTokenRequest>> RequestsAsync() =>
        (await CallAsync("requests", new { })).GetProperty("requests").Deserialize<OidcTokenRequest[]>(Json)!;

    /// <summary>A user's access token, fetched by the first client with a secret for <c>client_secret_basic</c>.</summary>
    /// <param name="user">User id; becomes <c>sub</c> and <c>user_id</c>.</param>
    /// <param name="tenant">Becomes <c>tenant_id</c>; null leaves that out.</param>
    /// <param name="audience">Whom the token is for.</param>
    public async Task<string> UserTokenAsync(string user, string? tenant, string audience)
    {
        var client = Options.Clients.First(c => c is { Secret: not null, Authentication: "client_secret_basic" } && c.Grants.Contains(PasswordGrant));
        using var request = new HttpRequestMessage(HttpMethod.Post, TokenEndpoint)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(client.Id)}:{Uri.EscapeDataString(client.Secret!)}"))) },
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = PasswordGrant, ["username"] = tenant is null ? user : $"{user}@{tenant}", ["password"] = "any", ["audience"] = audience,
            }),
        };
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonElement.Parse(body).GetProperty("access_token").GetString()!
            : throw new InvalidOperationException($"The identity provider answered {(int)response.StatusCode}: {body}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _http.Dispose();
        _turn.Dispose();
    }

    private static object Wire(OidcProviderOptions options) => new
    {
        clients = options.Clients.Select(c => new Dictionary<string, object?>
        {
            ["client_id"] = c.Id,
            ["client_secret"] = c.Secret,
            ["token_endpoint_auth_method"] = c.Authentication,
            ["token_endpoint_auth_signing_alg"] = c.AssertionAlgorithm,
            ["jwks"] = c.PublicKeys is null ? null : JsonElement.Parse(c.PublicKeys),
            ["tls_client_auth_subject_dn"] = c.CertificateSubject,
            ["grant_types"] = c.Grants,
        }.Where(p => p.Value is not null).ToDictionary()),
        audiences = options.Audiences,
        defaultAudience = options.DefaultAudience,
        trustedIssuers = options.TrustedIssuers.ToDictionary(i => i.Key, i => JsonElement.Parse(i.Value)),
        scopes = options.Scopes,
        tokenLifetime = (int)options.TokenLifetime.TotalSeconds,
        tls = options.Tls is { } tls ? new { cert = tls.Certificate, key = tls.Key, clientCa = tls.ClientAuthorities } : null,
    };

    /// <summary>One command at a time: each is answered by one line.</summary>
    private async Task<JsonElement> CallAsync(string operation, object arguments)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { id = ++_lastId, op = operation, args = arguments }, Json));
            await _process.StandardInput.FlushAsync();
            var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience, TimeProvider.System)
                ?? throw new InvalidOperationException($"The identity provider has ended:\n{Log()}");
            var answer = JsonElement.Parse(line);
            return answer.TryGetProperty("error", out var error)
                ? throw new InvalidOperationException($"The identity provider's '{operation}' failed: {error.GetString()}")
                : answer.GetProperty("result");
        }
        finally
        {
            _turn.Release();
        }
    }

    private static bool IsSame(X509Certificate? certificate, string expected)
    {
        using var pem = X509Certificate2.CreateFromPem(expected);
        return certificate is not null && certificate.GetRawCertData().AsSpan().SequenceEqual(pem.RawDataMemory.Span);
    }

    private string Log()
    {
        lock (_log)
            return _log.ToString();
    }
}
