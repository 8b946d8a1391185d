using Microsoft.Extensions.Logging;

namespace Mandate.Audit.Storage;

internal sealed partial class LedgerWriter
{
    [LoggerMessage(EventId = 1, EventName = "AuditWriteFailed", Level = LogLevel.Error,
        Message = "{Count} audit events could not be written to '{Path}'; the actions they describe are refused")]
    private partial void LogWriteFailed(Exception error, int count, string path);

    [LoggerMessage(EventId = 2, EventName = "AuditGuardsRestored", Level = LogLevel.Warning,
        Message = "{Count} append-only triggers were missing in the audit ledger '{Path}' and were put back; somebody removed them, so verify the ledger")]
    private partial void LogGuardsRestored(int count, string path);
}
