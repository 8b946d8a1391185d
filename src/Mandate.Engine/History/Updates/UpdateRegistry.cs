using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Protocol.V1;
using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Engine.History.Updates;

/// <summary>
/// A run's updates in flight, in the order of admission. They live in memory until the workflow accepts them; who asked asks again when the engine was restarted meanwhile.
/// Guarded by the chain's lock.
/// </summary>
internal sealed class UpdateRegistry
{
    private readonly List<PendingUpdate> _updates = [];

    public bool IsEmpty => _updates.Count == 0;

    public PendingUpdate? Find(string id) => _updates.Find(u => u.Id == id);

    public PendingUpdate Add(string id, Request? request)
    {
        var update = new PendingUpdate(id, request);
        _updates.Add(update);
        return update;
    }

    public void Remove(PendingUpdate update) => _updates.Remove(update);

    /// <summary>True when an update waits for a workflow task.</summary>
    public bool HasUnsent(RunState state) => _updates.Exists(u => !u.IsSent && IsNew(u, state));

    /// <summary>Updates nobody has accepted or refused.</summary>
    public int CountNew(RunState state) => _updates.Count(u => IsNew(u, state));

    /// <summary>The messages a starting workflow task carries.</summary>
    /// <param name="state">The run.</param>
    /// <param name="startedId">The task's started event; the messages come right before it.</param>
    /// <param name="again">True for a worker that does not have the run cached: it gets what another had been sent, too.</param>
    public IEnumerable<Message> Send(RunState state, long startedId, bool again)
    {
        foreach (var update in _updates)
        {
            if (!IsNew(update, state) || (update.IsSent && !again))
                continue;
            update.IsSent = true;
            yield return new()
            {
                Id = $"{update.Id}/request",
                ProtocolInstanceId = update.Id,
                EventId = startedId - 1,
                Body = Any.Pack(update.Request),
            };
        }
    }

    /// <summary>Updates the worker was sent and did not answer.</summary>
    public IReadOnlyList<PendingUpdate> Unanswered(RunState state) => [.. _updates.Where(u => u.IsSent && IsNew(u, state))];

    /// <summary>The task that carried them has failed, or its outcome was lost: they go out again.</summary>
    public void TakeBack()
    {
        foreach (var update in _updates)
        {
            update.IsSent = false;
            update.IsRejected = false;
        }
    }

    /// <summary>Takes everything: the run has ended.</summary>
    public IReadOnlyList<PendingUpdate> TakeAll()
    {
        PendingUpdate[] all = [.. _updates];
        _updates.Clear();
        return all;
    }

    private static bool IsNew(PendingUpdate update, RunState state) => update.Request is not null && !update.IsRejected && !state.Updates.ContainsKey(update.Id);
}
