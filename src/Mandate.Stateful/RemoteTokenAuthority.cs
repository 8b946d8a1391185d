using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Stateful.Remote;

namespace Mandate.Stateful;

/// <summary>Turns references into tokens by asking the service, which verifies the worker, the signed principal and the reference, and records each use.</summary>
public sealed class RemoteTokenAuthority : IApiTokenAuthority, IDisposable
{
    private const int LargestAnswer = 1024 * 1024;
    private readonly RemoteTokenAuthorityOptions _options;
    private readonly HttpClient _client;

    /// <summary>Creates the authority. No request is made yet.</summary>
    /// <param name="options">Where the service is.</param>
    /// <param name="handler">Sends the requests, and is not disposed; null for an own one, which follows no redirects.</param>
    /// <exception cref="ArgumentException">The address would have tokens travel in clear between machines.</exception>
    public RemoteTokenAuthority(RemoteTokenAuthorityOptions options, HttpMessageHandler? handler = null)
    {
        if (options.ServiceAddress is not { IsAbsoluteUri: true } address || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            throw new ArgumentException($"{nameof(options.ServiceAddress)} must be an https address; http is accepted on this machine only, since tokens travel on it.", nameof(options));
        _options = options;
        _client = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }, disposeHandler: handler is null)
        {
            BaseAddress = new Uri(address, ApiTokenEndpoints.Path + "/"),
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = LargestAnswer,
        };
    }

    /// <inheritdoc/>
    public async ValueTask<RedeemedCredential> RedeemAsync(ApiTokenRequest request, CredentialReference reference, Uri target, CancellationToken cancellation)
    {
        var answer = await AskAsync("redeem", Call(request) with { Reference = reference, Target = target.GetLeftPart(UriPartial.Authority) }, cancellation).ConfigureAwait(false);
        return new(answer.Reference!, new Secret(answer.Token), answer.SetAt, answer.ExpiresAt);
    }

    /// <inheritdoc/>
    public async ValueTask<CredentialStatus> NewestAsync(ApiTokenRequest request, CredentialReference reference, CancellationToken cancellation) =>
        (await AskAsync("newest", Call(request) with { Reference = reference }, cancellation).ConfigureAwait(false)).ToStatus();

    /// <inheritdoc/>
    public async ValueTask<CredentialStatus?> OwnAsync(ApiTokenRequest request, CancellationToken cancellation) =>
        await AskAsync("own", Call(request), cancellation).ConfigureAwait(false) is { Reference: not null } answer ? answer.ToStatus() : null;

    /// <inheritdoc/>
    public async ValueTask<CredentialStatus> RenewAsync(ApiTokenRequest request, string name, string source, CredentialReference? known, bool isAsked, CancellationToken cancellation) =>
        (await AskAsync("renew", Call(request) with { Name = name, Source = source, Reference = known, IsAsked = isAsked }, cancellation).ConfigureAwait(false)).ToStatus();

    /// <inheritdoc/>
    public async ValueTask<CredentialStatus> NarrowAsync(
        ApiTokenRequest request, CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, bool isStart, CancellationToken cancellation) =>
        (await AskAsync("narrow", Call(request) with { Reference = wider, Name = name, Hosts = hosts, Scopes = scopes, IsStart = isStart }, cancellation).ConfigureAwait(false)).ToStatus();

    /// <inheritdoc/>
    public async ValueTask<CredentialStatus> RevokeAsync(ApiTokenRequest request, CredentialReference reference, CancellationToken cancellation) =>
        (await AskAsync("revoke", Call(request) with { Reference = reference }, cancellation).ConfigureAwait(false)).ToStatus();

    /// <inheritdoc/>
    public async ValueTask RecordDenialAsync(ApiTokenRequest request, Denial denial, CancellationToken cancellation) =>
        await AskAsync("denials", Call(request) with { Denial = denial }, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static AuthorityCall Call(ApiTokenRequest request) => new()
    {
        Principal = request.Envelope ?? throw new CredentialException(CredentialErrorKind.Unknown, "The work has no signed principal, so the service cannot tell whose token it would be. Start it through the service."),
        WorkflowId = request.WorkflowId,
        RunId = request.RunId,
        Activity = request.Activity,
        Task = request.TaskToken?.ToArray(),
    };

    private async Task<AuthorityAnswer> AskAsync(string action, AuthorityCall call, CancellationToken cancellation)
    {
        try
        {
            // As a whole, so that its length is known: the service does not read calls without one.
            using var message = new HttpRequestMessage(HttpMethod.Post, action) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(call, AuthorityJson.Options)) };
            message.Content.Headers.ContentType = new("application/json");
            if (await _options.Credential(cancellation).ConfigureAwait(false) is { } credential)
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
            using var response = await _client.SendAsync(message, cancellation).ConfigureAwait(false);
            if (response.Content.Headers.ContentType?.MediaType != "application/json")
                throw Unusable((int)response.StatusCode);
            var answer = await response.Content.ReadFromJsonAsync<AuthorityAnswer>(AuthorityJson.Options, cancellation).ConfigureAwait(false) ?? throw Unusable((int)response.StatusCode);
            return answer.Error is { } error ? throw new CredentialException(error, answer.Message ?? "The service refuses the token.") : answer;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new CredentialException(CredentialErrorKind.Unavailable, $"The service at {_options.ServiceAddress.GetLeftPart(UriPartial.Authority)} cannot be asked for API tokens now: {e.Message}", e);
        }
    }

    private static CredentialException Unusable(int status) => status is 401 or 403
        ? new(CredentialErrorKind.NotConfigured, $"The service does not let this worker redeem API tokens (HTTP {status}). Give the worker credentials of a worker, or of a service with the scope {ApiTokenEndpoints.RedeemScope}.")
        : new(CredentialErrorKind.Unavailable, $"The service gave no usable answer about an API token (HTTP {status}).");
}
