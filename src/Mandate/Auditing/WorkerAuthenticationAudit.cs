using Mandate.Audit;
using Mandate.Audit.Records;
using Mandate.Credentials;

namespace Mandate.Auditing;

/// <summary>Records how this program proves itself to the cluster: each token that was fetched or could not be, and that the cluster rejects one. Never a token.</summary>
internal static class WorkerAuthenticationAudit
{
    /// <summary>Records from now on.</summary>
    public static void Follow(WorkerAuthentication authentication, NoticedEvents events)
    {
        var actor = new AuditActor("service", authentication.ApplicationName.ToString());
        var clientId = "";
        authentication.Refreshed += (_, refresh) =>
        {
            clientId = refresh.ClientId ?? clientId;
            events.Add(Record(refresh.Error is null ? AuditResult.Success : AuditResult.Failure, refresh.Error is { } error ? $"token:{error.Kind}" : null));
        };
        authentication.Rejected += (_, _) => events.Add(Record(AuditResult.Denied, "token:rejected-by-cluster"));

        WorkerAuthenticated Record(AuditResult result, string? reason) => new()
        {
            Tenant = AuditLedger.SystemTenant, Actor = actor, Result = result, Reason = reason, WorkerId = clientId, Method = "client-credentials",
        };
    }
}
