using Mandate.Stateful.Activities;
using Microsoft.Extensions.DependencyInjection;

namespace Mandate.Stateful;

/// <summary>HTTP clients that call a workflow's API with its token.</summary>
public static class ApiTokenHttpClientBuilderExtensions
{
    internal const string PlaceholderHost = "api.of.the.workflow.invalid";

    /// <summary>
    /// Makes a client send the token of the workflow whose activity uses it: relative addresses go to the workflow's <c>apiUrl</c>. The token is redeemed for each request and for the
    /// host it goes to; one it is not bound to gets no request. Redirects are not followed: they could lead the token elsewhere.
    /// </summary>
    public static IHttpClientBuilder AddApiToken(this IHttpClientBuilder builder)
    {
        builder.Services.AddApiTokens();
        return builder
            .ConfigureHttpClient(client => client.BaseAddress ??= new Uri($"https://{PlaceholderHost}/"))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false })
            .AddHttpMessageHandler(services => new ApiTokenHandler(services.GetRequiredService<IApiTokens>()));
    }
}
