using Mandate.Auditing;
using Mandate.Authentication;
using Mandate.Executions;
using Mandate.Rest.Input;
using Mandate.Rest.Model;
using Mandate.Rest.Problems;

namespace Mandate.Rest.Endpoints;

/// <summary>Start, read and signal executions.</summary>
internal static class ExecutionEndpoints
{
    private const int IdSegment = 2;
    private const int SignalSegment = 4;
    private const int LongestIdempotencyKey = 256;

    public static void MapExecutions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/executions", (Delegate)StartAsync)
            .WithName("startExecution")
            .WithTags("Executions")
            .WithSummary("Start a workflow")
            .WithDescription("The run acts for the user of the access token, for its whole life. When this answers, the start is durable. " +
                "With a header `Idempotency-Key` of at most 256 characters a repeated request gives the run of the first one.")
            .WithMetadata(AuditedAction.StartExecution)
            .WithMetadata(new DescribedBody(typeof(StartExecutionRequest), IsRequired: true))
            .Produces<StartedExecution>(StatusCodes.Status201Created)
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.IdentityIncomplete, ProblemKind.AlreadyExists, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType,
                ProblemKind.UnknownWorkflowType, ProblemKind.Busy, ProblemKind.EngineTimeout);

        routes.MapGet("/v1/executions/{id}", (Delegate)ReadAsync)
            .WithName("readExecution")
            .WithTags("Executions")
            .WithSummary("Read how an execution stands")
            .WithDescription("Shows executions of the caller's tenant. One of another tenant does not exist here.")
            .WithMetadata(AuditedAction.ReadExecution)
            .Produces<Execution>()
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.IdentityIncomplete, ProblemKind.NotFound, ProblemKind.EngineTimeout);

        routes.MapPost("/v1/executions/{id}/signals/{name}", (Delegate)SignalAsync)
            .WithName("signalExecution")
            .WithTags("Executions")
            .WithSummary("Signal an execution")
            .WithDescription("The signal names the caller as its actor; the run goes on acting for the user who started it. When this answers, the signal is durable.")
            .WithMetadata(AuditedAction.SignalExecution)
            .WithMetadata(new DescribedBody(typeof(SignalRequest), IsRequired: false))
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.IdentityIncomplete, ProblemKind.NotFound, ProblemKind.ExecutionClosed, ProblemKind.TooLarge,
                ProblemKind.UnsupportedMediaType, ProblemKind.EngineTimeout);

        routes.MapPost("/v1/executions/{id}/api-token", (Delegate)SetApiTokenAsync)
            .WithName("setApiToken")
            .WithTags("Executions")
            .WithSummary("Set, rotate or revoke the API token of a tree of workflows")
            .WithDescription("Needs the scope `token:rotate`. The token goes into the vault and holds for every next call of the workflow and those below it; the workflows see a reference. The answer says how many have it.")
            .WithMetadata(AuditedAction.SetApiToken)
            .WithMetadata(new DescribedBody(typeof(SetApiTokenRequest), IsRequired: true))
            .Produces<ApiTokenSet>()
            .ProducesProblems(ProblemKind.InvalidRequest, ProblemKind.IdentityIncomplete, ProblemKind.Forbidden, ProblemKind.NotFound, ProblemKind.ExecutionClosed, ProblemKind.ApiTokenRefused,
                ProblemKind.ApiTokenUnavailable, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.EngineTimeout);
    }

    private static async Task<IResult> SetApiTokenAsync(HttpContext context, SetApiToken set)
    {
        var id = PathSegments.Get(context, IdSegment, "The workflow id");
        var body = await RequestBody.ReadAsync(context)
            ?? throw new ProblemException(ProblemKind.InvalidRequest, "The request needs a JSON body with `token`, `source` or `revoke`.", "body-missing");
        return Results.Ok(await set.RunAsync(context, context.VerifiedCaller(), id, ApiTokenRequests.Read(body)));
    }

    private static async Task<IResult> StartAsync(HttpContext context, StartExecution start)
    {
        var body = await RequestBody.ReadAsync(context)
            ?? throw new ProblemException(ProblemKind.InvalidRequest, "The request needs a JSON body that names at least `workflowType`.", "body-missing");
        body.AllowOnly("workflowType", "workflowId", "taskQueue", "input", "arguments");
        var started = await start.RunAsync(context, context.VerifiedCaller(), new(
            body.RequiredText("workflowType"), body.OptionalText("workflowId"), body.OptionalText("taskQueue"), body.Arguments(), IdempotencyKey(context)));
        return Results.Created($"/v1/executions/{Uri.EscapeDataString(started.WorkflowId)}?runId={started.RunId}", started);
    }

    private static async Task<IResult> ReadAsync(HttpContext context, string? runId, ReadExecution read, RequestAudit audit)
    {
        var id = PathSegments.Get(context, IdSegment, "The workflow id");
        audit.Concerns(id);
        var execution = await read.RunAsync(context.VerifiedCaller(), id, RunId(runId), context.RequestAborted);
        audit.Within("runId", execution.RunId);
        await audit.SucceededAsync(context, AuditedAction.ReadExecution);
        return Results.Ok(execution);
    }

    private static async Task<IResult> SignalAsync(HttpContext context, string? runId, SignalExecution signal)
    {
        var id = PathSegments.Get(context, IdSegment, "The workflow id");
        var name = PathSegments.Get(context, SignalSegment, "The signal's name");
        var body = await RequestBody.ReadAsync(context);
        body?.AllowOnly("input", "arguments");
        await signal.RunAsync(context, context.VerifiedCaller(), id, RunId(runId), name, body?.Arguments() ?? []);
        return Results.Accepted();
    }

    private static string? RunId(string? runId) => string.IsNullOrEmpty(runId) ? null : InputText.Check("The query parameter `runId`", runId);

    private static string? IdempotencyKey(HttpContext context)
    {
        var values = context.Request.Headers["Idempotency-Key"];
        return values switch
        {
            [] => null,
            [{ Length: > 0 and <= LongestIdempotencyKey } key] => key,
            _ => throw new ProblemException(ProblemKind.InvalidRequest, $"The header `Idempotency-Key` needs one value of 1 to {LongestIdempotencyKey} characters.", "idempotency-key"),
        };
    }
}
