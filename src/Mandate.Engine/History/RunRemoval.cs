using Mandate.Engine.Storage;

namespace Mandate.Engine.History;

/// <summary>Takes a closed run out of the store. A run that still owes other runs a message stays until the message is delivered.</summary>
internal static class RunRemoval
{
    /// <summary>Removes a run within a decision.</summary>
    /// <returns>False when the run is open or owes a message, and therefore stays; true when it goes or was gone already.</returns>
    public static bool TryRemove(ChainTransaction transaction, string runId)
    {
        if (transaction.Chain.TryFind(runId) is not { } run)
            return true;
        if (run.Row.IsOpen || OwesMessages(transaction.Core, run.Key))
            return false;
        transaction.Touch();
        transaction.Write(new RunDeleted(run.Key));
        transaction.Chain.Remove(run);
        transaction.Then(run.Changed.Wake);
        return true;
    }

    private static bool OwesMessages(EngineCore core, long runKey) => core.Store.Read(r => r.Parts(runKey)).Exists(p => p.Kind == PartKind.Outbox);
}
