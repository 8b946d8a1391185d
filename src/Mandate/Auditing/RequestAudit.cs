using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Authentication;
using Mandate.Hosting;
using Mandate.Identity;
using Mandate.Rest.Problems;

namespace Mandate.Auditing;

/// <summary>
/// Records the decisions about one request. An action with an effect is recorded twice: <c>….requested</c> before it happens, so that nothing happens
/// unrecorded even if the process dies in between, and its outcome before it is acknowledged.
/// </summary>
internal sealed class RequestAudit(AuditRecorder recorder, LedgerHealth health)
{
    private readonly Dictionary<string, string> _context = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private string _resourceId = "";

    /// <summary>Whether <see cref="RequestedAsync"/> was recorded, so that what follows is an outcome and no decision.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Names what the request is about, as soon as that is known.</summary>
    public void Concerns(string resourceId) => _resourceId = resourceId;

    /// <summary>Says where the events belong, such as <c>runId</c>.</summary>
    public void Within(string key, string value) => _context[key] = value;

    /// <summary>Adds a detail to the events.</summary>
    public void Detail(string key, string value) => _metadata[key] = value;

    /// <summary>Forgets what was said so far, when the next event is about something else.</summary>
    public void Reset()
    {
        _resourceId = "";
        _context.Clear();
        _metadata.Clear();
    }

    /// <summary>Records that the action was allowed and is about to happen.</summary>
    public async Task RequestedAsync(HttpContext context, AuditedAction action)
    {
        await AppendAsync(context, action with { Type = action.Type + ".requested" }, AuditResult.Success, reason: null);
        HasBegun = true;
    }

    /// <summary>Records that the action was done.</summary>
    public Task SucceededAsync(HttpContext context, AuditedAction action) => AppendAsync(context, action, AuditResult.Success, reason: null);

    /// <summary>Records that the action was refused.</summary>
    public Task DeniedAsync(HttpContext context, AuditedAction action, string reason) => AppendAsync(context, action, AuditResult.Denied, reason);

    /// <summary>Records that the action was allowed and failed.</summary>
    public Task FailedAsync(HttpContext context, AuditedAction action, string reason) => AppendAsync(context, action, AuditResult.Failure, reason);

    private async Task AppendAsync(HttpContext context, AuditedAction action, AuditResult result, string? reason)
    {
        var caller = context.Features.Get<Principal>();
        var metadata = new Dictionary<string, string>(_metadata, StringComparer.Ordinal);
        if (reason is not null)
            metadata["reason"] = reason;
        var within = new Dictionary<string, string>(_context, StringComparer.Ordinal)
        {
            ["traceId"] = ProblemWriter.TraceId(context),
            ["request"] = $"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}",
        };
        if (context.Features.Get<Caller>() is { CredentialId: var credential })
            within["credential"] = credential;
        var entry = new AuditEntry
        {
            Tenant = caller?.TenantId ?? AuditLedger.SystemTenant,
            Type = action.Type,
            Action = action.Action,
            Result = result,
            Resource = new(action.ResourceType, _resourceId),
            Actor = ActorOf(context, caller),
            Context = within,
            Metadata = metadata,
        };
        try
        {
            // An event is not withdrawn because its caller went away.
            await recorder.RecordAsync(entry, CancellationToken.None);
        }
        catch (AuditUnavailableException)
        {
            health.Failed();
            throw;
        }
    }

    private static AuditActor ActorOf(HttpContext context, Principal? caller)
    {
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        return context.Features.Get<Caller>() is { } known ? new(known.Kind.ToString().ToLowerInvariant(), known.Subject, address)
            : caller is null ? new("anonymous", "", address)
            : new("user", caller.UserId, address);
    }
}
