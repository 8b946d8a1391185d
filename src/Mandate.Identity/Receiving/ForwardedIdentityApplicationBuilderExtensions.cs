using Mandate.Identity.Receiving;

// Extensions of a builder stand where its users look for them.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Forwarded identity for services that are called.</summary>
public static class ForwardedIdentityApplicationBuilderExtensions
{
    /// <summary>
    /// Lets trusted services name the user a call is made for: <see cref="Microsoft.AspNetCore.Http.HttpContext.User"/> is then that user, with the calling service as its actor. Identity headers of anybody
    /// else are removed and logged. Goes after <c>UseAuthentication</c>, which must have verified the caller's token, and before <c>UseAuthorization</c>.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="options">Whom to believe.</param>
    public static IApplicationBuilder UseForwardedIdentity(this IApplicationBuilder app, ForwardedIdentityReceiverOptions options) =>
        app.UseMiddleware<ForwardedIdentityMiddleware>(options);

    /// <inheritdoc cref="UseForwardedIdentity(IApplicationBuilder, ForwardedIdentityReceiverOptions)"/>
    /// <param name="app">The application.</param>
    /// <param name="trustedServices">Services that may name users, by the subject of their tokens.</param>
    public static IApplicationBuilder UseForwardedIdentity(this IApplicationBuilder app, params IReadOnlyList<string> trustedServices) =>
        app.UseForwardedIdentity(new ForwardedIdentityReceiverOptions { TrustedServices = trustedServices });
}
