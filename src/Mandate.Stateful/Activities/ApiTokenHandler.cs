using System.Net.Http.Headers;

namespace Mandate.Stateful.Activities;

/// <summary>Adds the workflow's token to each request, for the host it goes to. A request without a host goes to the workflow's API.</summary>
internal sealed class ApiTokenHandler(IApiTokens tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // HttpClient makes an address absolute with its base address; that of ours stands for the workflow's own.
        if (request.RequestUri is { IsAbsoluteUri: true, Host: ApiTokenHttpClientBuilderExtensions.PlaceholderHost } relative)
        {
            var api = tokens.ApiUrl ?? throw new InvalidOperationException("The workflow has no apiUrl. Give it one at its start or by the signal apiUrl, or call an absolute address.");
            // Behind "./" a colon in the first segment ("items:batchGet") does not make it an absolute address.
            request.RequestUri = new Uri(new Uri(api.ToString().TrimEnd('/') + "/"), "./" + relative.PathAndQuery.TrimStart('/'));
        }

        var token = await tokens.RedeemAsync(request.RequestUri!, cancellationToken).ConfigureAwait(false);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value.Reveal());
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
