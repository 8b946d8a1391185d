using Mandate.Engine.History;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Engine.Frontend;

/// <summary>What workers report of activities, whether they name them by token or by id.</summary>
internal static class ActivityReports
{
    /// <summary>The activity a token names, in the attempt it was given out for.</summary>
    /// <exception cref="Mandate.Protocol.RpcException">NOT_FOUND.</exception>
    public static (RunTransaction Run, ActivityState Activity) Find(ChainTransaction transaction, TaskToken token)
    {
        if (transaction.TryOpen(token.RunId) is { State.IsOpen: true } run
            && run.State.Activities.TryGetValue(token.ScheduledEventId, out var activity)
            && activity.IsStarted
            && activity.Attempt == token.Attempt)
        {
            return (run, activity);
        }

        throw Errors.StaleTask("activity");
    }

    /// <summary>The started activity with an id.</summary>
    /// <exception cref="Mandate.Protocol.RpcException">NOT_FOUND.</exception>
    public static (RunTransaction Run, ActivityState Activity) Find(ChainTransaction transaction, string runId, string activityId)
    {
        var run = transaction.OpenRunning(runId);
        return run.State.TryGetActivity(activityId, out var activity) && activity.IsStarted ? (run, activity) : throw Errors.StaleTask("activity");
    }

    public static bool Complete((RunTransaction Run, ActivityState Activity) target, Payloads? result, string identity, WorkerVersionStamp? version = null)
    {
        if (OversizeFailure.Of(result, "Complete result exceeds size limit.", target.Run.Core.Limits) is { } oversize)
            return Fail(target, oversize, lastHeartbeat: null, identity);
        target.Run.CloseActivity(target.Activity, startedId => new()
        {
            EventType = EventType.ActivityTaskCompleted,
            ActivityTaskCompletedEventAttributes = new()
            {
                Result = result,
                ScheduledEventId = target.Activity.ScheduledId,
                StartedEventId = startedId,
                Identity = identity,
                WorkerVersion = version,
            },
        });
        return true;
    }

    public static bool Fail((RunTransaction Run, ActivityState Activity) target, Failure? failure, Payloads? lastHeartbeat, string identity)
    {
        var limits = target.Run.Core.Limits;
        failure = OversizeFailure.Of(failure, "Failure exceeds size limit.", limits) ?? OversizeFailure.Of(lastHeartbeat, "Heartbeat details exceed size limit.", limits) ?? failure;
        if (lastHeartbeat is not null && lastHeartbeat.CalculateSize() <= limits.MaxBlobBytes)
            target.Activity.HeartbeatDetails = lastHeartbeat;
        target.Run.FailActivity(target.Activity, failure ?? new() { Message = "The worker gave no failure.", ApplicationFailureInfo = new() }, identity);
        return true;
    }

    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT: nobody asked for it.</exception>
    public static bool Cancel((RunTransaction Run, ActivityState Activity) target, Payloads? details, string identity)
    {
        Check.That(target.Activity.IsCancelRequested, "The activity was reported as canceled, but its cancellation was not requested. Report it as failed or completed.");
        if (OversizeFailure.Of(details, "Cancel details exceed size limit.", target.Run.Core.Limits) is { } oversize)
            return Fail(target, oversize, lastHeartbeat: null, identity);
        target.Run.CancelActivity(target.Activity, details, identity);
        return true;
    }

    /// <returns>Whether the workflow wants the activity to stop, and whether an operator holds it. Details that are too large end the activity, and tell its worker to stop.</returns>
    public static (bool CancelRequested, bool Paused) Heartbeat((RunTransaction Run, ActivityState Activity) target, Payloads? details)
    {
        var activity = target.Activity;
        if (OversizeFailure.Of(details, "Heartbeat details exceed size limit.", target.Run.Core.Limits) is { } oversize)
        {
            Fail(target, oversize, lastHeartbeat: null, activity.WorkerIdentity);
            return (CancelRequested: true, Paused: false);
        }

        target.Run.Touch(activity);
        if (details is not null)
            activity.HeartbeatDetails = details;
        activity.HeartbeatAt = target.Run.Now;
        return (activity.IsCancelRequested, activity.Pause is not null);
    }
}
