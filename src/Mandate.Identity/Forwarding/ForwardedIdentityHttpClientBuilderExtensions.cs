using Mandate.Identity;
using Mandate.Identity.Forwarding;
using Microsoft.Extensions.Logging;

// Extensions of a builder stand where its users look for them.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Forwarded identity for HTTP clients.</summary>
public static class ForwardedIdentityHttpClientBuilderExtensions
{
    /// <summary>
    /// Makes the client call as this service in the name of the current principal. An <see cref="IServiceTokenSource"/> must be registered, or an <see cref="IUserTokenSource"/> for exchanged tokens; redirects are turned off.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="audience">Audience of the service it calls.</param>
    public static IHttpClientBuilder AddForwardedIdentity(this IHttpClientBuilder builder, string audience) =>
        builder.AddForwardedIdentity(new ForwardedIdentityOptions { Audience = audience });

    /// <inheritdoc cref="AddForwardedIdentity(IHttpClientBuilder, string)"/>
    /// <param name="builder">The client.</param>
    /// <param name="options">Audience and settings.</param>
    public static IHttpClientBuilder AddForwardedIdentity(this IHttpClientBuilder builder, ForwardedIdentityOptions options)
    {
        builder.ConfigurePrimaryHttpMessageHandler(static (handler, _) =>
        {
            if (handler is SocketsHttpHandler sockets)
                (sockets.AllowAutoRedirect, sockets.UseCookies) = (false, false);
            else if (handler is HttpClientHandler client)
                (client.AllowAutoRedirect, client.UseCookies) = (false, false);
        });
        builder.RedactLoggedHeaders(["Authorization"]);
        return builder.AddHttpMessageHandler(services => new ForwardedIdentityHandler(
            services.GetService<IServiceTokenSource>(), options, services.GetRequiredService<ILogger<ForwardedIdentityHandler>>(), services.GetService<IUserTokenSource>()));
    }
}
