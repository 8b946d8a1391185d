using System.Text;
using Mandate.Audit;
using Mandate.Audit.Records;
using Mandate.Gateway.Calls;
using Mandate.Identity;
using Mandate.Protocol;

namespace Mandate.Gateway.Auditing;

/// <summary>Writes decisions into the ledger. What cannot be recorded does not happen: then the call is refused.</summary>
internal sealed class GatewayAudit(GatewayOptions options)
{
    private const int LongestId = 1_000;

    /// <summary>Records that a call was refused.</summary>
    public Task DeniedAsync(RpcCall call, GatewayCall about, string reason, params ReadOnlySpan<(string Key, string Value)> details) =>
        RecordAsync(call, about, about.Entry.Type, AuditResult.Denied, [("reason", reason), .. details]);

    /// <summary>Records that a caller claimed what is not its to claim; the claim was removed.</summary>
    public Task SpoofAsync(RpcCall call, GatewayCall about, IEnumerable<string> claims) => AppendAsync(
        about,
        Entry(call, about, "identity.spoof-attempt", AuditResult.Denied, [("reason", "claim-removed"), ("headers", string.Join(", ", claims.Select(Shorten)))]) with { Action = "pretend" });

    /// <summary>Records a call, with its outcome or before it happens.</summary>
    public Task RecordAsync(RpcCall call, GatewayCall about, string type, AuditResult result, params ReadOnlySpan<(string Key, string Value)> details) =>
        AppendAsync(about, Entry(call, about, type, result, details));

    /// <summary>Records what a workflow did, or was not let do, by a command.</summary>
    public Task CommandAsync(RpcCall call, GatewayCall about, string type, string action, string targetId, AuditResult result, params ReadOnlySpan<(string Key, string Value)> details)
    {
        var entry = Entry(call, about, type, result, details);
        var run = about.Run!;
        return AppendAsync(about, entry with
        {
            Action = action,
            Resource = new("execution", Shorten(targetId)),
            Actor = new("workflow", Shorten(run.WorkflowId), call.Peer ?? ""),
            Metadata = new Dictionary<string, string>(entry.Metadata, StringComparer.Ordinal) { ["worker"] = Shorten(about.Caller?.Subject ?? "") },
        });
    }

    /// <summary>Records what a worker reported, or that the engine refused the report.</summary>
    public Task ReportAsync(RpcCall call, GatewayCall about, WorkerReport report, string? refusal)
    {
        var told = Entry(call, about, about.Entry.Type, AuditResult.Success, []);
        var result = refusal is not null || report.Status == WorkerReport.Failed ? AuditResult.Failure : AuditResult.Success;
        AuditRecord record = report.IsStep
            ? new ExecutionStepEnded
            {
                Tenant = told.Tenant, Actor = told.Actor, Result = result, Reason = refusal, Context = told.Context, ExecutionId = told.Resource.Id, Status = report.Status,
                Step = Shorten(about.Step.Length > 0 ? about.Step : report.ActivityId), Attempt = about.Attempt > 0 ? about.Attempt : null,
            }
            : new ExecutionEnded { Tenant = told.Tenant, Actor = told.Actor, Result = result, Reason = refusal, Context = told.Context, ExecutionId = told.Resource.Id, Status = report.Status };
        var entry = record.ToEntry();
        return AppendAsync(about, entry with { Metadata = new Dictionary<string, string>(told.Metadata.Concat(entry.Metadata), StringComparer.Ordinal) });
    }

    /// <summary>Records that the policy file changed, or could not be used.</summary>
    public Task PolicyAsync(string path, string before, string after, string? problem) => AppendAsync(about: null, new ConfigurationChanged
    {
        Tenant = AuditLedger.SystemTenant,
        Actor = new("system", "gateway"),
        Kind = "policy",
        Name = Shorten(path),
        Change = AuditChange.Update().Value("sha256", before, after),
        Result = problem is null ? AuditResult.Success : AuditResult.Failure,
        Reason = problem is null ? null : Shorten(problem),
    }.ToEntry());

    private static AuditEntry Entry(RpcCall call, GatewayCall about, string type, AuditResult result, ReadOnlySpan<(string Key, string Value)> details)
    {
        var (entry, facts, caller) = (about.Entry, about.Facts, about.Caller);
        var context = new Dictionary<string, string>(StringComparer.Ordinal) { ["request"] = entry.Method.Name };
        if (facts.Namespace.Length > 0)
            context["namespace"] = Shorten(facts.Namespace);
        if ((about.Run?.RunId ?? facts.RunId) is { Length: > 0 } runId)
            context["runId"] = Shorten(runId);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        Put(metadata, "workflowType", facts.WorkflowType);
        Put(metadata, "taskQueue", facts.TaskQueue);
        Put(metadata, facts.Message is { } kind ? NameOf(kind) : "message", facts.MessageName);
        Put(metadata, "client", facts.Identity);
        Put(metadata, "credential", caller?.CredentialId ?? "");
        if (about.Run?.Principal is { } initiator && (initiator.TenantId == caller?.TenantId || caller?.TenantId is null))
            metadata["initiator"] = initiator.UserId;
        foreach (var (key, value) in details)
            metadata[key] = Shorten(value);
        return new()
        {
            Tenant = caller?.TenantId ?? about.Run?.Principal?.TenantId ?? AuditLedger.SystemTenant,
            Type = type,
            Action = entry.Action,
            Result = result,
            Resource = new(entry.Resource, Shorten(facts.ResourceId)),
            Actor = ActorOf(caller, call.Peer),
            Context = context,
            Metadata = metadata,
        };
    }

    private static AuditActor ActorOf(Caller? caller, string? peer) => caller is null
        ? new("anonymous", "", peer ?? "")
        : new(KindOf(caller.Kind), caller.Subject, peer ?? "");

    private static string KindOf(CallerKind kind) => kind switch
    {
        CallerKind.User => "user",
        CallerKind.Service => "service",
        _ => "worker",
    };

    private static string NameOf(WorkflowMessageKind kind) => kind switch
    {
        WorkflowMessageKind.Signal => "signal",
        WorkflowMessageKind.Query => "query",
        WorkflowMessageKind.Update => "update",
        _ => "message",
    };

    private static void Put(Dictionary<string, string> map, string key, string value)
    {
        if (value.Length > 0)
            map[key] = Shorten(value);
    }

    private async Task AppendAsync(GatewayCall? about, AuditEntry entry)
    {
        if (about is { IsRecordedByCaller: true })
            return;
        try
        {
            // An event is not withdrawn because its caller went away.
            await options.Recorder.RecordAsync(entry, CancellationToken.None).ConfigureAwait(false);
            options.LedgerAnswered?.Invoke(true);
        }
        catch (AuditUnavailableException)
        {
            options.LedgerAnswered?.Invoke(false);
            throw Refusals.Create(RpcStatusCode.Unavailable, "The audit ledger cannot be written now, so the call is refused. Try again.", "ledger-unavailable");
        }
    }

    /// <summary>Texts of callers may be of any length and form; the refusal of one that no ledger could hold is recorded all the same.</summary>
    private static string Shorten(string text)
    {
        var cut = text.Length <= LongestId ? text : text[..(char.IsHighSurrogate(text[LongestId - 1]) ? LongestId - 1 : LongestId)];
        // The other way about, halves of surrogate pairs become U+FFFD.
        return cut.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? cut : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut));
    }
}
