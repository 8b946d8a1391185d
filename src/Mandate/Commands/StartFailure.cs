using Mandate.Audit;
using Mandate.Configuration;
using Mandate.Engine;
using Mandate.Protocol;

namespace Mandate.Commands;

/// <summary>Tells the user why the program did not start, without a stack trace where the message says it all.</summary>
internal static class StartFailure
{
    /// <summary>Runs a command; failures with a message for the user end it with <see cref="ExitCode.NotStarted"/>.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (ConfigurationException e)
        {
            foreach (var error in e.Errors)
                await Console.Error.WriteLineAsync($"mandate: {error}");
            return ExitCode.NotStarted;
        }
        catch (Exception e) when (e is EngineStoreLockedException or EngineStoreException or AuditStoreLockedException or AuditStoreException or IOException or UnauthorizedAccessException or RpcException)
        {
            await Console.Error.WriteLineAsync($"mandate: {e.Message}");
            return ExitCode.NotStarted;
        }
        catch (OperationCanceledException)
        {
            // Ended by the user before it was up.
            return ExitCode.Failed;
        }
    }
}
