using System.Security.Claims;
using System.Text.Encodings.Web;
using Mandate.Audit;
using Mandate.Auditing;
using Mandate.Identity;
using Mandate.Rest.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Mandate.Authentication;

/// <summary>Lets the program's <see cref="ICallerAuthenticator"/> judge requests; refused ones are answered with a problem after the refusal stands in the ledger.</summary>
internal sealed partial class CallerAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ICallerAuthenticator callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Mandate";
    private const string Bearer = "Bearer ";

    private static readonly AuditedAction Authenticate = new("authentication", "authenticate", "endpoint");

    private readonly ILogger _logger = loggers.CreateLogger<CallerAuthenticationHandler>();
    private CallerRefusal? _refusal;

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var verdict = await callers.AuthenticateAsync(Credentials(), Context.RequestAborted);
        if (!verdict.IsAccepted)
        {
            _refusal = verdict.Refusal;
            // A request without credentials is no failure: many addresses want none.
            return Request.Headers.Authorization.Count == 0 && Request.Headers[IdentityHeaders.ApiKey].Count == 0 ? AuthenticateResult.NoResult() : AuthenticateResult.Fail(verdict.Refusal.Reason);
        }

        Context.Features.Set(verdict.Caller);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", verdict.Caller.Subject)], SchemeName, "sub", roleType: null)), SchemeName));
    }

    /// <inheritdoc/>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refusal = _refusal!;
        try
        {
            var audit = Context.RequestServices.GetRequiredService<RequestAudit>();
            audit.Concerns($"{Request.Method} {(Context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}");
            await audit.DeniedAsync(Context, Authenticate, refusal.Reason);
        }
        catch (AuditUnavailableException e)
        {
            LogUnrecorded(e);
            await ProblemWriter.WriteAsync(Context, ProblemKind.AuditUnavailable, "The audit ledger cannot be written now, so the request is refused. Try again.");
            return;
        }

        if (refusal.Kind is CallerRefusalKind.Unauthenticated)
            Response.Headers.WWWAuthenticate = Request.Headers.Authorization.Count == 0 ? "Bearer" : "Bearer error=\"invalid_token\"";
        await ProblemWriter.WriteAsync(
            Context,
            refusal.Kind switch
            {
                CallerRefusalKind.Forbidden => ProblemKind.IdentityIncomplete,
                CallerRefusalKind.Unavailable => ProblemKind.IdentityProviderUnavailable,
                _ => ProblemKind.Unauthenticated,
            },
            refusal.Message);
    }

    private CallerCredentials Credentials()
    {
        var authorization = Request.Headers.Authorization.ToString();
        var key = Request.Headers[IdentityHeaders.ApiKey];
        return new()
        {
            BearerToken = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : null,
            ApiKey = key.Count > 0 ? key.ToString() : null,
            ClientCertificate = Context.Connection.ClientCertificate,
            PeerAddress = Context.Connection.RemoteIpAddress?.ToString(),
        };
    }
}
