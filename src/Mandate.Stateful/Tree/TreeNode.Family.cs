using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <content>
/// What a workflow tells its parent of its own runs, and hears from its children of theirs. The server tells a run when a child ends that this very run has started; it tells a run that
/// continues another nothing of the children of the run before, and cannot say in which run a child goes on.
/// </content>
internal sealed partial class TreeNode
{
    private const string NoSuchRun = nameof(SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound);

    private readonly bool _tellsParent;
    private readonly bool _endsWithParent;

    /// <summary>A child goes on in another run, or ends.</summary>
    public void Heard(ChildNews news)
    {
        if (Registry.Find(news.Child, news.FirstRun) is { } child)
            Heard(child, news);
        else if (Registry.FindStarting(news.Child) is { } starting)
            starting.EarlyNews = news;
    }

    private void Heard(ChildEntry child, ChildNews news)
    {
        if (news.HasEnded)
        {
            Forget(child);
            return;
        }

        child.RunId = news.Run;
        if (child.LostAt is not null)
        {
            child.LostAt = null;
            child.SentRevision = 0;
            Registry.Add(child);
        }

        // What it was started with is all it has.
        if (news.IsRepeated)
            child.SentRevision = 0;
        if (child.IsDue(Revision))
            _cascade.Wake(child);
    }

    /// <summary>
    /// A child's run cannot be found: it has ended, or goes on in another run of which it has not told yet. That comes with the first task of the new run, and is waited for, so that nobody
    /// is reported as gone who is only between two runs.
    /// </summary>
    public void NotFound(ChildEntry child)
    {
        if (child.IsWatched)
        {
            Forget(child);
            return;
        }

        if (!Registry.Lose(child, Now))
            return;
        Work(async () =>
        {
            await Workflow.WaitConditionWithOptionsAsync(
                new(() => _isEnding || !Registry.IsLost(child), NewsWithin, "Waiting for news of a child", CancellationToken.None)).ConfigureAwait(true);
            if (Registry.IsLost(child) && !_cascade.Gone(child))
                _gone++;
        });
    }

    /// <summary>Says in which run it goes on.</summary>
    private void TellOfRun()
    {
        // By what the start says, and not by comparing run ids: these change when a run is reset.
        if (_tellsParent && Workflow.Info.ContinuedRunId is not null)
            Work(() => TellParentAsync(hasEnded: false));
    }

    /// <summary>Says that it ends, and waits until that is delivered: the server drops what a closed run still had to send.</summary>
    private async Task TellOfEndAsync(Exception? failure)
    {
        if (_tellsParent && !MayRunAgain(failure))
            await TellParentAsync(hasEnded: true).ConfigureAwait(true);
    }

    private async Task TellParentAsync(bool hasEnded)
    {
        var info = Workflow.Info;
        var news = new ChildNews { Child = info.WorkflowId, FirstRun = info.FirstExecutionRunId, Run = info.RunId, HasEnded = hasEnded, IsRepeated = !hasEnded && info.Attempt > 1 };
        try
        {
            await Workflow.GetExternalWorkflowHandle(info.Parent!.WorkflowId)
                .SignalAsync(StatefulNames.Child, [news], new() { CancellationToken = CancellationToken.None })
                .ConfigureAwait(true);
        }
        catch (ApplicationFailureException e) when (e.ErrorType == NoSuchRun && _endsWithParent && !hasEnded)
        {
            // The parent has ended, and could not ask this run to cancel, which it did not know of.
            Workflow.Unsafe.CancelRun();
        }
        catch (FailureException)
        {
            // The parent has ended: nobody wants to know any more.
        }
    }

    /// <summary>Whether the server may begin another run with what this one was started with, which then must not be that it ends.</summary>
    private static bool RunsAgain => Workflow.Info.RetryPolicy is not null || !string.IsNullOrEmpty(Workflow.Info.CronSchedule);

    /// <summary>Whether the server may begin another run in this one's place.</summary>
    private static bool MayRunAgain(Exception? failure)
    {
        var info = Workflow.Info;
        if (!string.IsNullOrEmpty(info.CronSchedule))
            return true;
        return info.RetryPolicy is { } policy
            && failure is not (null or CanceledFailureException or OperationCanceledException or ApplicationFailureException { NonRetryable: true })
            && policy.NonRetryableErrorTypes?.Contains((failure as ApplicationFailureException)?.ErrorType ?? failure.GetType().Name) != true
            && (policy.MaximumAttempts == 0 || info.Attempt < policy.MaximumAttempts);
    }
}
