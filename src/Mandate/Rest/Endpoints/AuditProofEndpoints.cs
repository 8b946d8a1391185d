using System.Globalization;
using Mandate.Audit;
using Mandate.Auditing;
using Mandate.Hosting;
using Mandate.Rest.Input;
using Mandate.Rest.Model;
using Mandate.Rest.Problems;

namespace Mandate.Rest.Endpoints;

/// <summary>Checkpoints of the caller's ledger and the proofs made of them.</summary>
internal static class AuditProofEndpoints
{
    private const int IdSegment = 2;
    private const int PageSize = 100;

    public static void MapAuditProofs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/audit/checkpoints", (Delegate)CheckpointsAsync)
            .WithName("listAuditCheckpoints")
            .WithTags("Audit")
            .WithSummary("List signed checkpoints of the tenant's ledger")
            .WithDescription("A checkpoint that is kept elsewhere proves later that nothing it covers was changed.")
            .WithMetadata(AuditedAction.ReadCheckpoints)
            .WithMetadata(new QueryParameters(["fromSize"]))
            .Produces<AuditCheckpointPage>()
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.IdentityIncomplete);

        routes.MapGet("/v1/audit-events/{id}/proof", (Delegate)ProveAsync)
            .WithName("proveAuditEvent")
            .WithTags("Audit")
            .WithSummary("Prove that a checkpoint covers an event")
            .WithDescription("With the newest checkpoint, or the one of the size given. 404 while no checkpoint covers the event.")
            .WithMetadata(AuditedAction.ProveAuditEvent)
            .WithMetadata(new QueryParameters(["size"]))
            .Produces<AuditProofView>()
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.IdentityIncomplete, ProblemKind.NotFound);

        routes.MapGet("/v1/audit/consistency", (Delegate)ConsistencyAsync)
            .WithName("proveAuditConsistency")
            .WithTags("Audit")
            .WithSummary("Prove that one checkpoint's ledger is the beginning of another's")
            .WithMetadata(AuditedAction.ProveConsistency)
            .WithMetadata(new QueryParameters(["from", "to"]))
            .Produces<AuditConsistencyView>()
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.IdentityIncomplete, ProblemKind.NotFound);
    }

    private static async Task<IResult> CheckpointsAsync(HttpContext context, ServiceLedger ledger, RequestAudit audit)
    {
        var tenant = context.Caller().TenantId;
        audit.Concerns(tenant);
        var from = Size(context.Request.Query, "fromSize") ?? 0;
        var found = await ledger.Ledger.Archive.CheckpointsAsync(tenant, from, PageSize + 1, context.RequestAborted);
        await audit.SucceededAsync(context, AuditedAction.ReadCheckpoints);
        return Results.Ok(new AuditCheckpointPage(
            ledger.CheckpointKey.ToString(),
            [.. found.Take(PageSize).Select(AuditViews.Of)],
            found.Count > PageSize ? found[PageSize].Size : null));
    }

    private static async Task<IResult> ProveAsync(HttpContext context, AuditLedger ledger, RequestAudit audit)
    {
        var text = PathSegments.Get(context, IdSegment, "The event's id");
        audit.Concerns(text);
        if (!Guid.TryParse(text, out var id))
            throw new ProblemException(ProblemKind.InvalidRequest, "The event's id must be a UUID.", "event-id");
        var proof = await ledger.Archive.ProveAsync(context.Caller().TenantId, id, Size(context.Request.Query, "size"), context.RequestAborted)
            ?? throw new ProblemException(ProblemKind.NotFound, "There is no such event, or no such checkpoint that covers it.", "proof-unknown");
        await audit.SucceededAsync(context, AuditedAction.ProveAuditEvent);
        return Results.Ok(new AuditProofView(
            id, proof.Index, proof.Event.Hash.ToString(), [.. proof.Path.Select(h => h.ToString())], AuditViews.Of(proof.Checkpoint), proof.ToText()));
    }

    private static async Task<IResult> ConsistencyAsync(HttpContext context, AuditLedger ledger, RequestAudit audit)
    {
        var tenant = context.Caller().TenantId;
        audit.Concerns(tenant);
        if (Size(context.Request.Query, "from") is not { } from || Size(context.Request.Query, "to") is not { } to || from > to)
            throw Invalid("The parameters `from` and `to` are needed: the sizes of two checkpoints, the smaller first.");
        var proof = await ledger.Archive.ProveConsistencyAsync(tenant, from, to, context.RequestAborted)
            ?? throw new ProblemException(ProblemKind.NotFound, "There is no checkpoint of one of these sizes.", "checkpoint-unknown");
        await audit.SucceededAsync(context, AuditedAction.ProveConsistency);
        return Results.Ok(new AuditConsistencyView(AuditViews.Of(proof.From), AuditViews.Of(proof.To), [.. proof.Path.Select(h => h.ToString())]));
    }

    private static long? Size(IQueryCollection query, string name) => query[name] switch
    {
        [] => null,
        [var only] when long.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out var size) => size,
        _ => throw Invalid($"The parameter `{name}` is a number of events."),
    };

    private static ProblemException Invalid(string detail) => new(ProblemKind.InvalidRequest, detail, "query");
}
