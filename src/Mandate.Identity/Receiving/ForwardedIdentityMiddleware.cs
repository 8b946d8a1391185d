using System.Security.Claims;
using System.Text.Json;
using Mandate.Identity.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Mandate.Identity.Receiving;

/// <summary>
/// In a service that is called: (1) the identity headers are taken out of the request, whoever sent it; (2) if a trusted service sent them beside its own verified token, the request's user
/// becomes the user they name, with the service as its actor (claim <c>act</c>, RFC 8693 section 4.1, and <see cref="ClaimsIdentity.Actor"/>); (3) if anybody else did, that is logged;
/// (4) what a trusted service sends and nobody can be made of is refused with 400.
/// </summary>
internal sealed partial class ForwardedIdentityMiddleware(RequestDelegate next, ForwardedIdentityReceiverOptions options, ILogger<ForwardedIdentityMiddleware> logger)
{
    private readonly ILogger _logger = logger;

    public async Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var (user, tenant) = (headers[IdentityHeaders.ForwardedUser], headers[IdentityHeaders.ForwardedTenant]);
        headers.Remove(IdentityHeaders.ForwardedUser);
        headers.Remove(IdentityHeaders.ForwardedTenant);
        if (user.Count == 0 && tenant.Count == 0)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var service = context.User.Identity is ClaimsIdentity { IsAuthenticated: true } identity ? identity : null;
        var name = service?.FindFirst(options.ServiceClaim)?.Value;
        if (!IsTrusted(service, name))
        {
            var sent = string.Join(", ", new[] { user.Count > 0 ? IdentityHeaders.ForwardedUser : null, tenant.Count > 0 ? IdentityHeaders.ForwardedTenant : null }.OfType<string>());
            LogStripped(sent, name is null ? "an unknown caller" : $"'{name}'", context.Connection.RemoteIpAddress?.ToString() ?? "an unknown address");
            await next(context).ConfigureAwait(false);
            return;
        }

        if (Principal(user, tenant, out var problem) is not { } principal)
        {
            LogUnusable(name!, problem);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        context.User = new(IdentityOf(principal, service!, name!));
        using (Identity.Principal.Use(principal))
            await next(context).ConfigureAwait(false);
    }

    private bool IsTrusted(ClaimsIdentity? service, string? name) =>
        service is not null && name is not null && options.TrustedServices.Contains(name, StringComparer.Ordinal)
        && (options.RequiredScope is not { } scope || service.FindAll(c => c.Type is "scope" or "scp").Any(c => c.Value.Split(' ').Contains(scope, StringComparer.Ordinal)));

    /// <summary>Both headers, once each, and exactly as <see cref="ForwardedValue"/> writes an identifier.</summary>
    private static Principal? Principal(StringValues user, StringValues tenant, out string problem)
    {
        problem = "";
        if (user is not [{ } oneUser] || tenant is not [{ } oneTenant])
        {
            problem = $"it must name user and tenant, once each, in {IdentityHeaders.ForwardedUser} and {IdentityHeaders.ForwardedTenant}";
            return null;
        }

        try
        {
            if (ForwardedValue.TryDecode(oneUser) is { } userId && ForwardedValue.TryDecode(oneTenant) is { } tenantId)
                return new(userId, tenantId);
            problem = "the user or the tenant is not encoded as an identifier is";
        }
        catch (PrincipalException e)
        {
            problem = e.Message;
        }

        return null;
    }

    private ClaimsIdentity IdentityOf(Principal principal, ClaimsIdentity service, string name)
    {
        var issuer = service.FindFirst("iss")?.Value ?? ClaimsIdentity.DefaultIssuer;
        return new(
            [
                new(options.UserClaim, principal.UserId, ClaimValueTypes.String, issuer),
                new(options.TenantClaim, principal.TenantId, ClaimValueTypes.String, issuer),
                new("act", JsonSerializer.Serialize(new Dictionary<string, string> { ["sub"] = name }), "JSON", issuer),
            ],
            service.AuthenticationType,
            options.UserClaim,
            service.RoleClaimType)
        {
            Actor = service,
        };
    }
}
