using System.CommandLine;

namespace Mandate.Commands.Audit;

/// <summary><c>mandate audit</c>: verifies, exports and proves, offline, without the service.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Verify, export and prove the audit ledger. Works offline, without the service.")
    {
        VerifyCommand.Create(),
        ExportCommand.Create(),
        ProveCommand.Create(),
        CheckpointKeyCommand.Create(),
    };
}
