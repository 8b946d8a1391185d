using Mandate.Audit;
using Mandate.Executions;
using Mandate.Protocol;
using Mandate.Rest.Model;

namespace Mandate.Hosting;

/// <summary>Whether the service can do its work now: workflows are reached, and decisions can be recorded.</summary>
internal sealed partial class Readiness(WorkflowConnection connection, AuditLedger ledger, LedgerHealth ledgerHealth, ILogger<Readiness> logger)
{
    public const string Ok = "ok";
    public const string Unavailable = "unavailable";

    public async Task<Health> CheckAsync(CancellationToken cancellation)
    {
        var engine = EngineAsync(cancellation);
        var audit = LedgerAsync(cancellation);
        var checks = new Dictionary<string, string> { ["workflows"] = await engine, ["auditLedger"] = await audit };
        if (connection.Authentication is { } authentication)
            checks["workerAuthentication"] = authentication.Status.IsReady ? Ok : Unavailable;
        return new(checks.Values.All(c => c == Ok) ? Ok : Unavailable, checks);
    }

    private async Task<string> EngineAsync(CancellationToken cancellation)
    {
        try
        {
            await connection.CheckAsync(cancellation);
            return Ok;
        }
        catch (RpcException e)
        {
            LogNotReady(e, connection.Description);
            return Unavailable;
        }
    }

    /// <summary>
    /// Reading tells little about writing. After a failed write the service is not ready until an event could be written again; since a service that is not ready gets no
    /// requests, the check writes that event itself.
    /// </summary>
    private async Task<string> LedgerAsync(CancellationToken cancellation)
    {
        try
        {
            if (ledgerHealth.HasFailed)
            {
                await ledger.AppendAsync(
                    new AuditEntry
                    {
                        Tenant = AuditLedger.SystemTenant,
                        Type = "audit.recovered",
                        Action = "recover",
                        Result = AuditResult.Success,
                        Resource = new("audit-ledger"),
                        Actor = new("service", Executions.RunIdentity.ServiceName),
                    },
                    cancellation);
                ledgerHealth.Succeeded();
            }

            await ledger.QueryAsync(AuditLedger.SystemTenant, new AuditQuery { Limit = 1 }, cancellation);
            return Ok;
        }
        catch (Exception e) when (e is AuditUnavailableException or AuditStoreException or Microsoft.Data.Sqlite.SqliteException)
        {
            LogNotReady(e, "the audit ledger");
            return Unavailable;
        }
    }

    [LoggerMessage(EventId = 1, EventName = "NotReady", Level = LogLevel.Warning, Message = "Not ready: {What} does not answer")]
    private partial void LogNotReady(Exception error, string what);
}
