using Google.Protobuf;
using Mandate.Engine.Matching;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.History;

/// <summary>An activity task on a queue: one attempt of one activity.</summary>
internal sealed class ActivityTaskItem(EngineCore core, Run run, long scheduledId, int attempt) : QueuedTask
{
    private bool _wasHandedOut;

    /// <summary>Set once the activity is started.</summary>
    public PollActivityTaskQueueResponse? Answer { get; set; }

    public override async Task<IMessage?> TakeAsync(Poller poller)
    {
        if (Answer is null)
        {
            Answer = await core.Chains.ChangeAsync(run.Namespace, run.WorkflowId, transaction =>
                Find(transaction) is { IsStarted: false, Pause: null } activity
                    ? transaction.Open(run.RunId).StartActivity(activity, poller.Identity)
                    : null).ConfigureAwait(false);
        }
        else if (_wasHandedOut)
        {
            var isWanted = await core.Chains.ChangeAsync(run.Namespace, run.WorkflowId, transaction => Find(transaction) is { IsStarted: true }).ConfigureAwait(false);
            if (!isWanted)
                return null;
        }

        _wasHandedOut = true;
        return Answer;
    }

    private ActivityState? Find(ChainTransaction transaction) =>
        transaction.TryOpen(run.RunId) is { State.IsOpen: true } open
        && open.State.Activities.TryGetValue(scheduledId, out var activity)
        && activity.Attempt == attempt
            ? activity
            : null;
}
