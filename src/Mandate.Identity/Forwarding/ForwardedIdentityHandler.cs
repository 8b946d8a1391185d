using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Forwarding;

/// <summary>
/// Sends requests as this service in the name of <see cref="Principal.Current"/>: (1) whatever the caller put into the identity headers is removed; (2) a token of this service for the
/// audience goes into <c>Authorization</c>, user and tenant into <see cref="IdentityHeaders.ForwardedUser"/> and <see cref="IdentityHeaders.ForwardedTenant"/>, or instead of all three a token of the
/// user's that names this service as its actor; (3) an answer 401 leads to one forced refresh and one repetition, whose answer stands; (4) the token is taken out of the request again, so that
/// nothing that keeps or logs the request has it.
/// </summary>
/// <remarks>Redirects are answers to the caller, never followed: the headers would go where nobody decided to send them.</remarks>
public sealed partial class ForwardedIdentityHandler : DelegatingHandler
{
    private static readonly string[] IdentityHeaderNames = ["Authorization", IdentityHeaders.ForwardedUser, IdentityHeaders.ForwardedTenant];

    private readonly IServiceTokenSource? _tokens;
    private readonly IUserTokenSource? _userTokens;
    private readonly ForwardedIdentityOptions _options;
    private readonly ILogger<ForwardedIdentityHandler> _logger;
    private bool _checked;

    /// <summary>Creates a handler; the last handler behind it must not follow redirects.</summary>
    /// <exception cref="ArgumentException">The audience is missing.</exception>
    public ForwardedIdentityHandler(IServiceTokenSource? tokens, ForwardedIdentityOptions options, ILogger<ForwardedIdentityHandler> logger, IUserTokenSource? userTokens = null)
    {
        if (string.IsNullOrWhiteSpace(options.Audience))
            throw new ArgumentException("Forwarded identity needs the audience of the service that is called.", nameof(options));
        if (options.User is not UserIdentity.ExchangedToken && tokens is null)
            throw new ArgumentException($"Calls for the audience '{options.Audience}' need an {nameof(IServiceTokenSource)}: register one.", nameof(tokens));
        if (options.User is not UserIdentity.Headers && userTokens is null)
            throw new ArgumentException($"Calls for the audience '{options.Audience}' shall carry exchanged tokens, so they need an {nameof(IUserTokenSource)}: register one.", nameof(userTokens));
        _tokens = tokens;
        _userTokens = userTokens;
        _options = options;
        _logger = logger;
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RefuseRedirectingHandlers();
        RefuseCleartext(request.RequestUri);
        var principal = Principal.Current;
        Strip(request.Headers);
        try
        {
            var repeatable = await MakeRepeatableAsync(request, cancellationToken).ConfigureAwait(false);
            var response = await SendOnceAsync(request, principal, forceRefresh: false, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is not HttpStatusCode.Unauthorized || !repeatable)
                return response;

            LogTokenRefused(_options.Audience);
            response.Dispose();
            return await SendOnceAsync(request, principal, forceRefresh: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            request.Headers.Authorization = null;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, Principal principal, bool forceRefresh, CancellationToken cancellation)
    {
        request.Headers.Remove(IdentityHeaders.ForwardedUser);
        request.Headers.Remove(IdentityHeaders.ForwardedTenant);
        if (await ExchangedTokenAsync(principal, forceRefresh, cancellation).ConfigureAwait(false) is { } exchanged)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", exchanged);
        }
        else
        {
            request.Headers.Add(IdentityHeaders.ForwardedUser, ForwardedValue.Encode(principal.UserId));
            request.Headers.Add(IdentityHeaders.ForwardedTenant, ForwardedValue.Encode(principal.TenantId));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _tokens!.GetTokenAsync(_options.Audience, forceRefresh, cancellation).ConfigureAwait(false));
        }

        return await base.SendAsync(request, cancellation).ConfigureAwait(false);
    }

    /// <summary>Null where the user goes into headers.</summary>
    private async ValueTask<string?> ExchangedTokenAsync(Principal principal, bool forceRefresh, CancellationToken cancellation)
    {
        if (_options.User is UserIdentity.Headers)
            return null;
        try
        {
            return await _userTokens!.GetTokenAsync(_options.Audience, principal, forceRefresh, cancellation).ConfigureAwait(false);
        }
        catch (UserTokenUnsupportedException e) when (_options.User is UserIdentity.ExchangedTokenOrHeaders)
        {
            LogNotExchanged(e, _options.Audience);
            return null;
        }
    }

    private void Strip(HttpRequestHeaders headers)
    {
        foreach (var name in IdentityHeaderNames)
        {
            if (headers.Remove(name))
                LogHeaderStripped(name, _options.Audience);
        }
    }

    /// <summary>A body is kept only up to a size; one of unknown size is not kept at all.</summary>
    private async Task<bool> MakeRepeatableAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (request.Content is not { } content)
            return true;
        if (content.Headers.ContentLength is not { } length || length > _options.MaximumRepeatableBody)
            return false;
        await content.LoadIntoBufferAsync(_options.MaximumRepeatableBody, cancellation).ConfigureAwait(false);
        return true;
    }

    private void RefuseCleartext(Uri? address)
    {
        if (address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || _options.AllowCleartext))))
            return;
        throw new InvalidOperationException(
            $"A call for the audience '{_options.Audience}' does not go to an https address: its token would travel in clear. Use https, or set {nameof(ForwardedIdentityOptions.AllowCleartext)} where the network encrypts.");
    }

    private void RefuseRedirectingHandlers()
    {
        if (_checked)
            return;
        var inner = InnerHandler;
        while (inner is DelegatingHandler { InnerHandler: { } next })
            inner = next;
        if (inner is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true })
            throw new InvalidOperationException("A client with forwarded identity must not follow redirects by itself, which would carry the headers elsewhere: set AllowAutoRedirect of its primary handler to false.");
        _checked = true;
    }
}
