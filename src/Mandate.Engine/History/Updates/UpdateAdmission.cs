using Mandate.Engine.Frontend;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Engine.History.Updates;

/// <summary>Lets updates in, each id once per run.</summary>
internal static class UpdateAdmission
{
    /// <summary>
    /// <list type="number">
    /// <item>An update with that id that has completed, or is in flight, is the one.</item>
    /// <item>A run that has ended takes no new ones.</item>
    /// <item>Otherwise it is admitted, and a workflow task brings it to the worker.</item>
    /// </list>
    /// </summary>
    /// <exception cref="Mandate.Protocol.RpcException">NOT_FOUND or RESOURCE_EXHAUSTED.</exception>
    public static PendingUpdate Admit(RunTransaction run, Request request)
    {
        var id = request.Meta.UpdateId;
        if (Find(run, id) is { } known)
            return known;
        if (!run.State.IsOpen)
            throw UpdateFailures.Closed(run.State.WorkflowId);
        var limit = run.Core.Limits.MaxUpdatesInFlight;
        var inFlight = run.Run.Updates.CountNew(run.State) + run.State.Updates.Values.Count(u => u.Outcome is null);
        if (inFlight >= limit)
        {
            throw Errors.Exhausted(
                $"Workflow '{Errors.Shorten(run.State.WorkflowId)}' has {inFlight} updates in flight, which is the limit (EngineLimits.MaxUpdatesInFlight). Wait for some to complete.",
                ResourceExhaustedCause.ConcurrentLimit);
        }

        var update = run.Run.Updates.Add(id, request);
        run.ReleaseFirstTask();
        run.WantTask();
        return update;
    }

    /// <summary>An update that is known to the run, in flight or done; null when there is none with that id.</summary>
    public static PendingUpdate? Find(RunTransaction run, string id)
    {
        if (!run.State.Updates.TryGetValue(id, out var accepted))
            return run.Run.Updates.Find(id);

        // What the history says is decided, and durable when the caller is answered: a copy of its own tells it.
        var outcome = accepted.Outcome ?? (run.State.IsOpen ? null : UpdateFailures.WorkflowCompleted);
        if (outcome is not null)
        {
            var done = new PendingUpdate(id, accepted.Request);
            done.Complete(outcome);
            return done;
        }

        var update = run.Run.Updates.Find(id) ?? run.Run.Updates.Add(id, request: null);
        run.Transaction.Then(update.Accept);
        return update;
    }
}
