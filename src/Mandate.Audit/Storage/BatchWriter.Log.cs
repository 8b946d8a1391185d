using Microsoft.Extensions.Logging;

namespace Mandate.Audit.Storage;

internal abstract partial class BatchWriter<TConnection>
{
    [LoggerMessage(EventId = 1, EventName = "AuditWriteFailed", Level = LogLevel.Error,
        Message = "{Count} audit events could not be written to '{Store}'; the actions they describe are refused")]
    private partial void LogWriteFailed(Exception error, int count, string store);

    [LoggerMessage(EventId = 2, EventName = "AuditGuardsRestored", Level = LogLevel.Warning,
        Message = "{Count} append-only triggers were missing in the audit ledger '{Store}' and were put back; somebody removed them, so verify the ledger")]
    protected partial void LogGuardsRestored(int count, string store);

    [LoggerMessage(EventId = 3, EventName = "AuditCloseFailed", Level = LogLevel.Debug,
        Message = "The connection to the audit ledger '{Store}' did not close cleanly after a failure")]
    private partial void LogCloseFailed(Exception error, string store);
}
