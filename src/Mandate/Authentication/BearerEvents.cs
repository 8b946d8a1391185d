using Mandate.Audit;
using Mandate.Auditing;
using Mandate.Rest.Problems;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Mandate.Authentication;

/// <summary>Answers refused tokens with a problem, after the refusal stands in the ledger.</summary>
internal sealed partial class BearerEvents(ILogger<BearerEvents> logger) : JwtBearerEvents
{
    private static readonly AuditedAction Authenticate = new("authentication", "authenticate", "endpoint");

    /// <inheritdoc/>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        var refusal = TokenRefusal.Of(context.Exception);
        if (refusal == TokenRefusal.Signature && !HasAcceptedAlgorithm(context))
            refusal = TokenRefusal.Algorithm;
        context.HttpContext.Features.Set(refusal);
        if (refusal == TokenRefusal.ProviderUnavailable)
            LogProviderUnavailable(context.Exception);
        // Ends the attempt here: otherwise an unreachable provider would surface as an unhandled error.
        context.Fail(refusal.Reason);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var http = context.HttpContext;
        var refusal = http.Features.Get<TokenRefusal>() ?? TokenRefusal.Missing;
        try
        {
            var audit = http.RequestServices.GetRequiredService<RequestAudit>();
            audit.Concerns($"{http.Request.Method} {(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}");
            await audit.DeniedAsync(http, Authenticate, refusal.Reason);
        }
        catch (AuditUnavailableException e)
        {
            LogUnrecorded(e);
            await ProblemWriter.WriteAsync(http, ProblemKind.AuditUnavailable, "The audit ledger cannot be written now, so the request is refused. Try again.");
            return;
        }

        if (refusal == TokenRefusal.ProviderUnavailable)
        {
            await ProblemWriter.WriteAsync(http, ProblemKind.IdentityProviderUnavailable, refusal.Detail);
            return;
        }

        http.Response.Headers.WWWAuthenticate = refusal == TokenRefusal.Missing ? "Bearer" : "Bearer error=\"invalid_token\"";
        await ProblemWriter.WriteAsync(http, ProblemKind.Unauthenticated, refusal.Detail);
    }

    /// <summary>
    /// Validation calls a token without a signature, or with one of another kind than the key's, wrongly signed. That is true, but whoever reads the ledger wants to know an attempt to
    /// choose the algorithm from a token that was damaged on the way. The header is read for this sentence only.
    /// </summary>
    private static bool HasAcceptedAlgorithm(AuthenticationFailedContext context)
    {
        try
        {
            var header = context.Request.Headers.Authorization.ToString();
            var token = new JsonWebToken(header[(header.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim());
            return context.Options.TokenValidationParameters.ValidAlgorithms.Contains(token.Alg, StringComparer.Ordinal);
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    [LoggerMessage(EventId = 1, EventName = "IdentityProviderUnavailable", Level = LogLevel.Error,
        Message = "Access tokens cannot be verified: the identity provider's document or keys cannot be read")]
    private partial void LogProviderUnavailable(Exception error);

    [LoggerMessage(EventId = 2, EventName = "RefusalUnrecorded", Level = LogLevel.Error, Message = "A refused token could not be recorded in the audit ledger")]
    private partial void LogUnrecorded(Exception error);
}
