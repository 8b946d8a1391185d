using Mandate.Audit;
using Mandate.Auditing;
using Mandate.Protocol;

namespace Mandate.Rest.Problems;

/// <summary>
/// Turns what goes wrong into problem details. A refusal of an audited endpoint is recorded first; when it cannot be, the answer says so instead. Texts of
/// exceptions from further inside are logged and never sent.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context, RequestAudit audit)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed } && context.GetEndpoint()?.Metadata.GetMetadata<AuditedAction>() is null)
                await WriteUnroutedAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var problem = Translate(context, e);
            context.Response.Clear();
            await RecordAsync(context, audit, problem);
        }
    }

    private static Task WriteUnroutedAsync(HttpContext context) => context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed
        ? ProblemWriter.WriteAsync(context, ProblemKind.MethodNotAllowed, $"This address does not offer {context.Request.Method}; /openapi/v1.json describes what it does.")
        : ProblemWriter.WriteAsync(context, ProblemKind.NotFound, "There is no such address; /openapi/v1.json lists every one.");

    private async Task RecordAsync(HttpContext context, RequestAudit audit, ProblemException problem)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AuditedAction>() is { } action && problem.Kind != ProblemKind.AuditUnavailable)
        {
            try
            {
                if (audit.HasBegun || problem.Kind.Status >= StatusCodes.Status500InternalServerError)
                    await audit.FailedAsync(context, action, problem.Reason);
                else
                    await audit.DeniedAsync(context, action, problem.Reason);
            }
            catch (Exception e) when (e is AuditUnavailableException or AuditStoreException)
            {
                problem = Translate(context, e);
            }
        }

        await ProblemWriter.WriteAsync(context, problem.Kind, problem.Message);
    }

    private ProblemException Translate(HttpContext context, Exception error)
    {
        switch (error)
        {
            case ProblemException problem:
                return problem;
            case AuditUnavailableException:
                LogAuditUnavailable(error);
                return new(ProblemKind.AuditUnavailable, "The audit ledger cannot be written now, so the request is refused. Try again.");
            case AuditStoreException:
                LogUnexpected(error, ProblemWriter.TraceId(context));
                return new(ProblemKind.LedgerDamaged, "The audit ledger cannot be read. The operator finds the place in the log, under this trace id.");
            case BadHttpRequestException bad:
                return bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? new(ProblemKind.TooLarge, "The request is larger than this service reads.")
                    : new(ProblemKind.InvalidRequest, "The request is not well-formed HTTP, or a value in its path or query is not of the right kind.", "http");
            case RpcException rpc:
                LogEngineRefused(rpc, rpc.Code, ProblemWriter.TraceId(context));
                return RpcProblem.Of(rpc);
            default:
                LogUnexpected(error, ProblemWriter.TraceId(context));
                return new(ProblemKind.Internal, "The service failed. The operator finds the cause in the log, under this trace id.");
        }
    }

    [LoggerMessage(EventId = 1, EventName = "RequestFailed", Level = LogLevel.Error, Message = "A request failed unexpectedly; trace id {TraceId}")]
    private partial void LogUnexpected(Exception error, string traceId);

    [LoggerMessage(EventId = 2, EventName = "AuditUnavailable", Level = LogLevel.Error, Message = "A request was refused, because the audit ledger cannot be written")]
    private partial void LogAuditUnavailable(Exception error);

    [LoggerMessage(EventId = 3, EventName = "EngineRefused", Level = LogLevel.Warning, Message = "The engine refused a call with {Code}; trace id {TraceId}")]
    private partial void LogEngineRefused(Exception error, RpcStatusCode code, string traceId);
}
