using System.Net;
using System.Text.Json;
using Mandate.Credentials.Json;
using Mandate.Credentials.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Credentials;

/// <summary>A secret store component of a Dapr sidecar, read by its HTTP API.</summary>
public sealed partial class DaprSecretStore : ISecretStore, IDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>The list has been called <c>components</c> since Dapr 1.10 and <c>registeredComponents</c> before.</summary>
    private static readonly string[] ComponentLists = ["components", "registeredComponents"];

    private readonly DaprSecretStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StoreHttp _http;
    private readonly RetryBackoff _backoff = new(FirstWait, LongestWait);
    private volatile string? _component;
    private volatile bool _hasAnswered;

    /// <summary>Creates a store; nothing is asked yet.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="handler">Sends the requests, and is not disposed; null for an own one.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <exception cref="ArgumentException">The sidecar would be reached without TLS on another machine.</exception>
    public DaprSecretStore(DaprSecretStoreOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        StoreHttp.RequireSecure(options.Endpoint, options.AllowCleartext, "Dapr sidecar", nameof(options));
        _options = options;
        _component = options.Component;
        _time = time ?? TimeProvider.System;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<DaprSecretStore>();
        _http = new("the Dapr sidecar", options.Timeout, handler, _time);
    }

    /// <inheritdoc/>
    public string Name => _component is { } component ? $"Dapr secret store '{component}'" : "Dapr secret store";

    /// <inheritdoc/>
    public async ValueTask<SecretBundle?> ReadAsync(string name, CancellationToken cancellation = default)
    {
        var component = _component ?? await FindComponentAsync(cancellation).ConfigureAwait(false);
        var (status, body) = await GetAsync($"/v1.0/secrets/{Uri.EscapeDataString(component)}/{Uri.EscapeDataString(name)}", cancellation).ConfigureAwait(false);
        if (status is HttpStatusCode.OK)
            return SecretBundle.FromJson(body) ?? throw new SecretStoreException("the Dapr sidecar answers something other than a JSON object", isTransient: false);
        return (status, ErrorCode(body)) switch
        {
            // Dapr says of a secret that is not there that its store failed to get it.
            (HttpStatusCode.NoContent or HttpStatusCode.NotFound, _) or ( >= HttpStatusCode.InternalServerError, "ERR_SECRET_GET") => null,
            (_, "ERR_SECRET_STORES_NOT_CONFIGURED") => throw new SecretStoreException("the Dapr sidecar has no secret store configured", isTransient: false),
            (HttpStatusCode.Unauthorized, "ERR_SECRET_STORE_NOT_FOUND") or (HttpStatusCode.BadRequest, _) =>
                throw new SecretStoreException($"the Dapr sidecar has no secret store '{component}'; correct its name", isTransient: false),
            (HttpStatusCode.Unauthorized, _) => throw new SecretStoreException("the Dapr sidecar wants its API token (DAPR_API_TOKEN)", isTransient: false),
            (HttpStatusCode.Forbidden, _) => throw new SecretStoreException($"the scopes of Dapr's secret store '{component}' do not allow this secret", isTransient: false),
            _ => throw new SecretStoreException($"the Dapr sidecar answered {(int)status}", StoreHttp.IsTransient(status)),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The first secret store the sidecar has, which is kept: components do not change while a sidecar runs.</summary>
    private async Task<string> FindComponentAsync(CancellationToken cancellation)
    {
        var (status, body) = await GetAsync("/v1.0/metadata", cancellation).ConfigureAwait(false);
        if (status is not HttpStatusCode.OK)
            throw new SecretStoreException($"the Dapr sidecar answered {(int)status} when asked for its components", StoreHttp.IsTransient(status));
        var component = FirstSecretStore(body) ?? throw new SecretStoreException("the Dapr sidecar has no component of type secretstores.*", isTransient: false);
        LogComponentFound(component);
        return _component = component;
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> GetAsync(string path, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_options.Endpoint, path));
                if (_options.ApiToken is { } token)
                    request.Headers.TryAddWithoutValidation("dapr-api-token", token.Reveal());
                var answer = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
                _hasAnswered = true;
                return answer;
            }
            catch (SecretStoreException e) when (e.IsTransient && !_hasAnswered && _time.GetElapsedTime(began) < _options.StartupBudget)
            {
                if (failures == 1)
                    LogWaiting(_options.Endpoint, _options.StartupBudget.TotalSeconds);
                await Task.Delay(_backoff.Wait(failures), _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static string? FirstSecretStore(byte[] metadata)
    {
        using var document = JsonBody.Parse(metadata);
        if (document is null)
            return null;
        return ComponentLists
            .Where(list => document.RootElement.TryGetProperty(list, out var components) && components.ValueKind is JsonValueKind.Array)
            .SelectMany(list => document.RootElement.GetProperty(list).EnumerateArray())
            .Where(c => c.ValueKind is JsonValueKind.Object && JsonBody.Text(c, "type")?.StartsWith("secretstores.", StringComparison.Ordinal) == true)
            .Select(c => JsonBody.Text(c, "name"))
            .FirstOrDefault(name => !string.IsNullOrEmpty(name));
    }

    private static string? ErrorCode(byte[] body)
    {
        using var document = JsonBody.Parse(body);
        return document is null ? null : JsonBody.Text(document.RootElement, "errorCode");
    }

    [LoggerMessage(EventId = 1, EventName = "DaprComponentFound", Level = LogLevel.Information, Message = "The Dapr sidecar's secret store is '{Component}'")]
    private partial void LogComponentFound(string component);

    [LoggerMessage(EventId = 2, EventName = "DaprAwaited", Level = LogLevel.Information, Message = "The Dapr sidecar at {Endpoint} does not answer yet; it is waited for up to {Seconds} s")]
    private partial void LogWaiting(Uri endpoint, double seconds);
}
