using Mandate.Engine.Storage;

namespace Mandate.Engine;

/// <summary>Takes up the work of a store that was closed or left behind.</summary>
internal static class Recovery
{
    /// <summary>
    /// <list type="number">
    /// <item>Every open run is rebuilt from its events; its tasks are offered, its timers armed, its messages sent.</item>
    /// <item>Messages of closed runs that were not delivered are delivered.</item>
    /// </list>
    /// </summary>
    /// <returns>How many runs are open.</returns>
    /// <exception cref="EngineStoreException">A run cannot be read: the engine does not start half.</exception>
    public static async Task<int> RunAsync(EngineCore core, CancellationToken cancellation)
    {
        var runs = core.Store.Read(static r => r.OpenRuns());
        try
        {
            await Parallel.ForEachAsync(
                runs,
                new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount), CancellationToken = cancellation },
                async (row, _) =>
                {
                    core.RunOpened();
                    await core.Chains.ResumeAsync(core.Namespaces.ByKey(row.NamespaceKey), row.WorkflowId, row.RunId).ConfigureAwait(false);
                }).ConfigureAwait(false);
        }
        catch (Protocol.RpcException error) when (error.InnerException is EngineStoreException store)
        {
            throw new EngineStoreException(store.Problem, store.Message, error);
        }

        foreach (var (runKey, id, message) in core.Store.Read(static r => r.Outbox()))
        {
            if (core.Store.Read(r => r.Run(runKey)) is { } row)
                core.Messenger.Deliver(core.Namespaces.ByKey(row.NamespaceKey), row.WorkflowId, row.RunId, runKey, id, message);
            else
                Forget(core, runKey, id);
        }

        return runs.Count;
    }

    private static void Forget(EngineCore core, long runKey, long id)
    {
        var unit = new StoreUnit(new CommitLine());
        unit.Changes.Add(new PartDeleted(runKey, PartKind.Outbox, id));
        core.Store.Enqueue(unit);
    }
}
