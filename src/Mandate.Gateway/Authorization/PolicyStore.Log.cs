using Microsoft.Extensions.Logging;

namespace Mandate.Gateway.Authorization;

internal sealed partial class PolicyStore
{
    [LoggerMessage(EventId = 1, EventName = "PolicyReloaded", Level = LogLevel.Information, Message = "The policy file '{Path}' was read again: {Fingerprint} holds from now on (dry run: {DryRun})")]
    private partial void LogReloaded(string path, string fingerprint, bool dryRun);

    [LoggerMessage(EventId = 2, EventName = "PolicyKept", Level = LogLevel.Error, Message = "{Problem} The policy {Fingerprint} stays in force; mend the file.")]
    private partial void LogKept(string problem, string fingerprint);
}
