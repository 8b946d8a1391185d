using Google.Protobuf;
using Mandate.Engine.Matching;

namespace Mandate.Engine.History;

/// <summary>A workflow task on a queue.</summary>
internal sealed class WorkflowTaskItem(EngineCore core, Run run, WorkflowTaskState task, bool sticky) : QueuedTask
{
    /// <summary>Set once the task is started.</summary>
    public WorkflowTaskAnswer? Answer { get; set; }

    public override async Task<IMessage?> TakeAsync(Poller poller)
    {
        if (Answer is null)
        {
            Answer = await core.Chains.ChangeAsync(run.Namespace, run.WorkflowId, transaction =>
            {
                // The task is known by its place and attempt: what the queue holds may be long answered.
                if (transaction.TryOpen(run.RunId) is { State: { IsOpen: true, WorkflowTask: { IsStarted: false } pending } } open
                    && pending.ScheduledId == task.ScheduledId
                    && pending.Attempt == task.Attempt
                    && (!sticky || pending.IsSticky))
                {
                    return open.StartTask(poller.Identity, sticky);
                }

                return null;
            }).ConfigureAwait(false);
            if (Answer is null)
                return null;
        }
        else if (WasHandedOut && !await IsStillStartedAsync().ConfigureAwait(false))
        {
            return null;
        }

        WasHandedOut = true;
        return Answer.ToResponse(core);
    }

    private bool WasHandedOut { get; set; }

    private Task<bool> IsStillStartedAsync() => core.Chains.ChangeAsync(run.Namespace, run.WorkflowId, transaction =>
        transaction.TryOpen(run.RunId) is { State: { IsOpen: true, WorkflowTask: { IsStarted: true } pending } }
        && pending.ScheduledId == task.ScheduledId
        && pending.Attempt == task.Attempt);
}
