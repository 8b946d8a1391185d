using System.Globalization;
using Mandate.Audit;
using Mandate.Auditing;
using Mandate.Rest.Input;
using Mandate.Rest.Model;
using Mandate.Rest.Problems;

namespace Mandate.Rest.Endpoints;

/// <summary>Read and verify the ledger of the caller's tenant.</summary>
internal static class AuditEndpoints
{
    private const int IdSegment = 2;

    private static readonly string[] Parameters =
        ["type", "action", "result", "resourceType", "resourceId", "actorType", "actorId", "text", "from", "to", "order", "limit", "cursor"];

    public static void MapAuditEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/audit-events", (Delegate)ListAsync)
            .WithName("listAuditEvents")
            .WithTags("Audit")
            .WithSummary("List audit events of the tenant")
            .WithDescription("Newest first unless `order=oldest`. Filters are exact and combined with and; `text` finds events whose metadata has all these words; `from` is included, `to` is not.")
            .WithMetadata(AuditedAction.ReadAuditEvents)
            .WithMetadata(new QueryParameters(Parameters))
            .Produces<AuditEventPage>()
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.IdentityIncomplete);

        routes.MapGet("/v1/audit-events/{id}/verify", (Delegate)VerifyAsync)
            .WithName("verifyAuditEvent")
            .WithTags("Audit")
            .WithSummary("Recompute the chain of the tenant up to an event")
            .WithDescription("Says whether every event up to this one is as it was recorded, or which is the first that is not.")
            .WithMetadata(AuditedAction.VerifyAuditEvent)
            .Produces<AuditVerificationView>()
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.IdentityIncomplete, ProblemKind.NotFound);
    }

    private static async Task<IResult> ListAsync(HttpContext context, AuditLedger ledger, RequestAudit audit)
    {
        var tenant = context.Caller().TenantId;
        audit.Concerns(tenant);
        var query = Query(context.Request.Query);
        try
        {
            var page = await ledger.QueryAsync(tenant, query, context.RequestAborted);
            await audit.SucceededAsync(context, AuditedAction.ReadAuditEvents);
            return Results.Ok(new AuditEventPage([.. page.Events.Select(AuditViews.Of)], page.NextCursor));
        }
        catch (AuditCursorException e)
        {
            throw new ProblemException(ProblemKind.InvalidRequest, "The cursor is not of this query. Start again without one.", "cursor", e);
        }
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, AuditLedger ledger, RequestAudit audit)
    {
        var text = PathSegments.Get(context, IdSegment, "The event's id");
        audit.Concerns(text);
        if (!Guid.TryParse(text, out var id))
            throw new ProblemException(ProblemKind.InvalidRequest, "The event's id must be a UUID.", "event-id");
        var tenant = context.Caller().TenantId;
        var found = await ledger.FindAsync(tenant, id, context.RequestAborted)
            ?? throw new ProblemException(ProblemKind.NotFound, "There is no such event.", "event-unknown");
        var verification = await ledger.VerifyAsync(tenant, upTo: found.Sequence, cancellation: context.RequestAborted);
        audit.Detail("valid", verification.IsValid ? "true" : "false");
        await audit.SucceededAsync(context, AuditedAction.VerifyAuditEvent);
        return Results.Ok(AuditViews.Of(found, verification));
    }

    private static AuditQuery Query(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(k => !Parameters.Contains(k)) is not null)
            throw Invalid($"The query has a parameter that is not known here. Known are: {string.Join(", ", Parameters)}.");
        return new AuditQuery
        {
            Type = Text(query, "type"),
            Action = Text(query, "action"),
            Result = Text(query, "result") switch
            {
                null => null,
                "success" => AuditResult.Success,
                "failure" => AuditResult.Failure,
                "denied" => AuditResult.Denied,
                _ => throw Invalid("The parameter `result` is success, failure or denied."),
            },
            ResourceType = Text(query, "resourceType"),
            ResourceId = Text(query, "resourceId"),
            ActorType = Text(query, "actorType"),
            ActorId = Text(query, "actorId"),
            Text = Text(query, "text"),
            From = Time(query, "from"),
            To = Time(query, "to"),
            OldestFirst = Text(query, "order") switch
            {
                null or "newest" => false,
                "oldest" => true,
                _ => throw Invalid("The parameter `order` is newest or oldest."),
            },
            Limit = Limit(query),
            Cursor = Text(query, "cursor"),
        };
    }

    private static string? Text(IQueryCollection query, string name) => query[name] switch
    {
        [] => null,
        [{ Length: > 0 and <= 4_000 } only] => only,
        _ => throw Invalid($"The parameter `{name}` needs one value of 1 to 4,000 characters."),
    };

    private static DateTimeOffset? Time(IQueryCollection query, string name) => Text(query, name) switch
    {
        null => null,
        var text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => throw Invalid($"The parameter `{name}` is not a time such as 2026-01-31T12:00:00Z."),
    };

    private static int Limit(IQueryCollection query) => Text(query, "limit") switch
    {
        null => 100,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= AuditQuery.MaximumLimit => limit,
        _ => throw Invalid($"The parameter `limit` is a number from 1 to {AuditQuery.MaximumLimit}."),
    };

    private static ProblemException Invalid(string detail) => new(ProblemKind.InvalidRequest, detail, "query");
}
