using Mandate.Engine.Storage;
using Mandate.Protocol;
using Microsoft.Extensions.Logging;

namespace Mandate.Engine.History;

/// <summary>Removes closed runs whose namespace's retention has passed, a bounded number at a time, so that a long backlog does not hold up the writer.</summary>
internal sealed partial class RetentionSweep(EngineCore core)
{
    /// <summary>Time between sweeps when nothing is left to do.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const int RunsPerRound = 200;

    /// <summary>Arms the next sweep.</summary>
    public void Arm() => core.Waits.Add(core.Now + Interval, _ => core.Chains.InBackground(async () =>
    {
        try
        {
            await RunAsync().ConfigureAwait(false);
        }
        finally
        {
            Arm();
        }
    }));

    /// <summary>Removes what is due now.</summary>
    /// <returns>Runs removed.</returns>
    public async Task<int> RunAsync()
    {
        var removed = 0;
        foreach (var ns in core.Namespaces.All)
        {
            var retention = Durations.Of(ns.Record.Retention);
            if (retention <= TimeSpan.Zero)
                continue;
            var before = core.Now - retention;
            var kept = 0;
            while (core.Store.Read(r => r.ClosedBefore(ns.Key, before, kept, RunsPerRound)) is { Count: > 0 } due)
            {
                foreach (var (workflowId, runId) in due)
                {
                    if (await TryRemoveAsync(ns, workflowId, runId).ConfigureAwait(false))
                        removed++;
                    else
                        kept++;
                }
            }
        }

        if (removed > 0)
            RunsRemoved(core.Log, removed);
        return removed;
    }

    private async Task<bool> TryRemoveAsync(NamespaceEntry ns, string workflowId, string runId)
    {
        try
        {
            return await core.Chains.ChangeAsync(ns, workflowId, transaction => RunRemoval.TryRemove(transaction, runId)).ConfigureAwait(false);
        }
        catch (RpcException error) when (error.Code is RpcStatusCode.Unavailable or RpcStatusCode.ResourceExhausted)
        {
            // The store is in trouble; the next sweep tries again.
            return false;
        }
    }

    [LoggerMessage(1103, LogLevel.Information, "{Runs} closed run(s) were removed: the retention of their namespace has passed")]
    private static partial void RunsRemoved(ILogger logger, int runs);
}
