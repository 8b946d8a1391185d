using System.Net;
using System.Text.Json;
using Mandate.Credentials.Json;
using Mandate.Credentials.Stores;

namespace Mandate.Credentials;

/// <summary>A key/value engine (version 2) of a HashiCorp Vault, read by its HTTP API. Names may have <c>/</c> in them.</summary>
public sealed class HashiCorpVaultSecretStore : ISecretStore, IDisposable
{
    private readonly HashiCorpVaultOptions _options;
    private readonly StoreHttp _http;

    /// <summary>Creates a store; nothing is asked yet.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="handler">Sends the requests, and is not disposed; null for an own one.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">The options are not usable.</exception>
    public HashiCorpVaultSecretStore(HashiCorpVaultOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        StoreHttp.RequireSecure(options.Address, options.AllowCleartext, "Vault", nameof(options));
        if (options.Token is null == options.TokenFile is null)
            throw new ArgumentException($"A Vault needs either {nameof(HashiCorpVaultOptions.Token)} or {nameof(HashiCorpVaultOptions.TokenFile)}.", nameof(options));
        _options = options;
        _http = new("Vault", options.Timeout, handler, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public string Name => $"HashiCorp Vault {_options.Address.Authority}, mount '{_options.Mount}'";

    /// <inheritdoc/>
    public async ValueTask<SecretBundle?> ReadAsync(string name, CancellationToken cancellation = default)
    {
        if (name.Split('/').Any(part => part is "" or "." or ".."))
            throw new SecretStoreException($"'{name}' is no path of a secret", isTransient: false);
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_options.Address, $"/v1/{Escape(_options.Mount)}/data/{Escape(name)}"));
        request.Headers.TryAddWithoutValidation("X-Vault-Token", await TokenAsync(cancellation).ConfigureAwait(false));
        request.Headers.TryAddWithoutValidation("X-Vault-Request", "true");
        if (_options.Namespace is { } space)
            request.Headers.TryAddWithoutValidation("X-Vault-Namespace", space);
        var (status, body) = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        return status switch
        {
            HttpStatusCode.OK => Read(body),
            HttpStatusCode.NotFound => null,
            HttpStatusCode.Forbidden => throw new SecretStoreException($"Vault refuses: the token is not valid, or its policy does not allow to read '{_options.Mount}/data/{name}'", isTransient: false),
            HttpStatusCode.ServiceUnavailable => throw new SecretStoreException("Vault is sealed or in maintenance", isTransient: true),
            _ => throw new SecretStoreException($"Vault answered {(int)status}", StoreHttp.IsTransient(status)),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static SecretBundle Read(byte[] body)
    {
        using var document = JsonBody.Parse(body);
        return document is not null
            && document.RootElement.TryGetProperty("data", out var outer) && outer.ValueKind is JsonValueKind.Object
            && outer.TryGetProperty("data", out var inner) && inner.ValueKind is JsonValueKind.Object
            ? SecretBundle.FromJson(inner)
            : throw new SecretStoreException("Vault's answer is none of a key/value engine of version 2; check the mount", isTransient: false);
    }

    private async Task<string> TokenAsync(CancellationToken cancellation)
    {
        if (_options.TokenFile is not { } file)
            return _options.Token!.Reveal();
        try
        {
            var token = (await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false)).Trim();
            return token.Length > 0 ? token : throw new SecretStoreException($"the token file '{file}' is empty", isTransient: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretStoreException($"the token file '{file}' cannot be read", isTransient: true, e);
        }
    }
}
