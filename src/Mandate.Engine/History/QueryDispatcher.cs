using Mandate.Engine.Frontend;
using Mandate.Engine.Matching;
using Mandate.Protocol.Api.Query.V1;

namespace Mandate.Engine.History;

/// <summary>Brings queries to workers: with a workflow task when there is one, on their own otherwise.</summary>
internal sealed class QueryDispatcher(EngineCore core)
{
    private static readonly TimeSpan StickyPollerWindow = TimeSpan.FromSeconds(10);

    /// <summary>Queries one run may have unanswered, so that a worker that is away does not fill the memory.</summary>
    private const int MaxPerRun = 1_000;

    /// <summary>
    /// Rule: with a task pending or started, or none completed yet, the query waits for the task. Otherwise it goes out directly.
    /// </summary>
    public PendingQuery Accept(RunTransaction run, WorkflowQuery query)
    {
        if (run.Run.Queries.Count >= MaxPerRun)
        {
            throw Errors.Exhausted(
                $"{MaxPerRun} queries to workflow '{run.State.WorkflowId}' are unanswered. Is a worker polling task queue '{run.State.TaskQueue}'?",
                Protocol.Api.Enums.V1.ResourceExhaustedCause.BusyWorkflow);
        }

        var pending = new PendingQuery(Guid.NewGuid().ToString("N"), query);
        run.Run.Queries.Wait(pending);
        if (!run.State.IsOpen || (run.State.WorkflowTask is null && run.State.HasCompletedTask))
            run.Transaction.Then(() => SendWaiting(run.Run));
        return pending;
    }

    /// <summary>Sends directly what waits for a workflow task that will not come.</summary>
    public void SendWaiting(Run run)
    {
        List<(PendingQuery Query, StickyQueue? Sticky, string TaskQueue)> sending = [];
        lock (run.Chain.Gate)
        {
            if (!run.Queries.HasWaiting || !run.IsLoaded || (run.State.IsOpen && (run.State.WorkflowTask is not null || !run.State.HasCompletedTask)))
                return;
            foreach (var query in run.Queries.TakeWaiting())
            {
                run.Queries.SendDirectly(query);
                sending.Add((query, run.State.Sticky, run.State.TaskQueue));
            }
        }

        foreach (var (query, sticky, taskQueue) in sending)
            Send(run, query, sticky, taskQueue);
    }

    private void Send(Run run, PendingQuery query, StickyQueue? sticky, string taskQueue)
    {
        var normal = new TaskQueueKey(run.Namespace.Key, taskQueue, IsActivity: false);
        var own = new TaskQueueKey(run.Namespace.Key, sticky?.Name ?? "", IsActivity: false);
        if (sticky is null || !core.Matcher.TryGetQueue(own, out var queue) || !queue!.HasRecentPoller(StickyPollerWindow))
        {
            core.Matcher.Offer(normal, new QueryTaskItem(core, run, query, sticky: false));
            return;
        }

        var item = new QueryTaskItem(core, run, query, sticky: true);
        var wait = sticky.ScheduleToStartTimeout > TimeSpan.Zero ? sticky.ScheduleToStartTimeout : StickyPollerWindow;
        core.Waits.Add(core.Now + wait, _ =>
        {
            if (!item.IsTaken && !query.IsAnswered)
                core.Matcher.Offer(normal, new QueryTaskItem(core, run, query, sticky: false));
        });
        core.Matcher.Offer(own, item);
    }
}
