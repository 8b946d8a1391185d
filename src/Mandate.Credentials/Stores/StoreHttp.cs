using System.Net;
using Mandate.Credentials.OAuth2;

namespace Mandate.Credentials.Stores;

/// <summary>Sends requests to a secret store, with one time limit, one size limit and one kind of error.</summary>
internal sealed class StoreHttp : IDisposable
{
    private readonly string _store;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    /// <param name="store">Names the store in errors.</param>
    /// <param name="timeout">Longest time a request may take.</param>
    /// <param name="handler">Sends the requests, and is not disposed; null for an own one.</param>
    /// <param name="time">The clock.</param>
    public StoreHttp(string store, TimeSpan timeout, HttpMessageHandler? handler, TimeProvider time)
    {
        _store = store;
        _timeout = timeout;
        _time = time;
        _http = handler is null
            ? new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }, disposeHandler: true)
            : new(handler, disposeHandler: false);
    }

    /// <summary>Sends a request, which is disposed.</summary>
    /// <exception cref="SecretStoreException">The store cannot be reached, is too slow, or answers more than 1 MiB.</exception>
    public async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var owned = request;
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            var body = await BoundedBody.ReadAsync(response.Content, either.Token).ConfigureAwait(false)
                ?? throw new SecretStoreException($"{_store} answers more than 1 MiB, which no secret has; check its address", isTransient: false);
            return (response.StatusCode, body.ToArray());
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new SecretStoreException($"{_store} did not answer within {_timeout.TotalSeconds} s", isTransient: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new SecretStoreException($"{_store} cannot be reached at {request.RequestUri!.Authority}", isTransient: true, e);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Whether the answer means "perhaps later".</summary>
    public static bool IsTransient(HttpStatusCode status) => (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;

    /// <summary>Secrets travel by TLS, or do not leave the machine.</summary>
    /// <exception cref="ArgumentException">The address is none, or is reached without TLS.</exception>
    public static void RequireSecure(Uri address, bool allowCleartext, string store, string parameter)
    {
        var isGood = address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || allowCleartext)));
        if (!isGood)
            throw new ArgumentException($"The address of the {store} must be https: over http its secrets would travel in clear.", parameter);
    }
}
