using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Telemetry;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>
/// Hands a workflow's token on to its children. (1) Every child that follows and was last sent an older revision is behind. One that does not follow, and of whose end only it itself can tell, gets a message without a token instead. (2) Those behind are signalled, some hundreds at a time, until
/// nobody is; a revision that comes meanwhile replaces the one that was not sent yet. (3) A child that cannot be found has ended, and is forgotten. (4) One that cannot be reached otherwise
/// stays behind and is tried again after a while, ever more rarely. (5) Where somebody waits for the outcome, each child is asked to answer when it and all below it are done.
/// </summary>
/// <remarks>Which child is behind is part of the state that survives continue-as-new, so a cascade that is cut off goes on in the next run.</remarks>
internal sealed class Cascade(TreeNode node)
{
    /// <summary>Signals under way at a time: a worker's answer with all of them fits into one message, and below Temporal's limit of 2,000 pending signals.</summary>
    private const int BatchSize = 250;

    /// <summary>Type of the failure of a signal to a workflow that does not run any more.</summary>
    private const string NotFound = nameof(SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(30);

    /// <summary>Each is handed on to by itself: while the vault is away only those wait for whom it has to narrow.</summary>
    private static readonly ApiTokenPolicy[] Policies = [ApiTokenPolicy.Inherit, ApiTokenPolicy.Downscope, ApiTokenPolicy.Exclude, ApiTokenPolicy.Override];

    private readonly HashSet<ApiTokenPolicy> _running = [];
    private readonly List<DeliveryReport> _reports = [];

    private readonly DueChildren _due = new(node.Registry);

    /// <summary>Children that could not be reached, until they are tried again.</summary>
    private readonly List<ChildEntry> _unreached = [];
    private TimeSpan _retryAfter = FirstRetry;
    private bool _isRetrying;

    /// <summary>Whether nothing is under way and nobody waits.</summary>
    public bool IsIdle => _running.Count == 0 && _reports.Count == 0;

    /// <summary>The next run hands on, where nobody waits for this one to do it. Who waits for more children than one history has room for, waits for a part of them.</summary>
    private bool IsPutOff => node.IsPuttingOff && _reports.Count == 0;

    /// <summary>Whether somebody is behind whom the next run is to hand on to.</summary>
    public bool HasPutOff => IsPutOff && node.Registry.Children.Any(c => !c.IsUnreached && c.IsDue(node.Revision));

    /// <summary>Starts to hand on, unless that is under way.</summary>
    public void Wake()
    {
        _due.Refill(node.Revision);
        foreach (var policy in Policies)
            Wake(policy);
    }

    /// <summary>The same, where only this child may have become due.</summary>
    public void Wake(ChildEntry child)
    {
        _due.Refill(node.Revision);
        _due.Add(child);
        Wake(child.Policy);
    }

    private void Wake(ApiTokenPolicy policy)
    {
        if (!IsPutOff && _due.MayHave(policy) && _running.Add(policy))
            _ = Workflow.RunTaskAsync(() => RunAsync(policy));
    }

    /// <summary>Something new is to be handed on: whoever was not reached before is tried with it at once.</summary>
    public void Changed()
    {
        _retryAfter = FirstRetry;
        TryAgain();
    }

    /// <summary>Hands on, and waits until every child has answered for itself and all below it.</summary>
    /// <param name="within">Longest wait.</param>
    public async Task<IReadOnlyList<LevelCounts>> DeliverAsync(TimeSpan within)
    {
        // Who was sent this revision without the wish to hear of it will not answer: it is sent again.
        if (node.Registry.Children.Any(c => c.Follows && c.SentRevision >= node.Revision && c.AskedRevision < node.Revision))
            node.Touch();
        var report = new DeliveryReport(node.Revision, node.Registry.Children.Concat(node.Registry.Starting), node.TakeGone());
        if (report.IsComplete)
            return report.Close();

        _reports.Add(report);
        node.AnswerWithin = within;
        try
        {
            Changed();
            await Workflow.WaitConditionWithOptionsAsync(
                new(() => report.IsComplete || TreeNode.IsFull, within, "Waiting for children to acknowledge an API token", CancellationToken.None)).ConfigureAwait(true);
            return report.Close();
        }
        finally
        {
            _reports.Remove(report);
        }
    }

    public void Acknowledged(ChildEntry child, Acknowledgement answer)
    {
        foreach (var report in _reports)
            report.Acknowledged(child, answer);
    }

    /// <summary>A child has begun, with the revision it was started with.</summary>
    public void Started(ChildEntry child)
    {
        foreach (var report in _reports)
            report.Started(child);
    }

    /// <summary>A child was not started after all.</summary>
    public void NotStarted(ChildEntry child)
    {
        foreach (var report in _reports)
            report.NotStarted(child);
    }

    /// <summary>A child has ended.</summary>
    public bool Gone(ChildEntry child)
    {
        var counted = false;
        foreach (var report in _reports)
        {
            report.Gone(child);
            counted = true;
        }

        return counted;
    }

    /// <summary>A child that does not follow runs, and has heard so much.</summary>
    private void Passed(ChildEntry child)
    {
        foreach (var report in _reports)
            report.Passed(child);
    }

    private async Task RunAsync(ApiTokenPolicy policy)
    {
        try
        {
            while (!IsPutOff && NextBatch(policy) is { Count: > 0 } batch)
                await Workflow.WhenAllAsync(batch.Select(SendAsync)).ConfigureAwait(true);
        }
        finally
        {
            _running.Remove(policy);
        }
    }

    private List<ChildEntry> NextBatch(ApiTokenPolicy policy)
    {
        _due.Refill(node.Revision);
        return _due.Take(policy, BatchSize);
    }

    private async Task SendAsync(ChildEntry child)
    {
        var revision = node.Revision;
        var (before, run) = (child.SentRevision, child.RunId);
        child.SentRevision = revision;
        var within = _reports.Count > 0 ? node.AnswerWithin * 0.8 : (TimeSpan?)null;
        if (within is not null)
            child.AskedRevision = revision;
        try
        {
            object?[] message = child.Follows ? [await node.MessageForAsync(child, revision, within).ConfigureAwait(true)] : [];
            // Of a child that a run before started only the very run is meant: its id may be another's by now.
            await Workflow.GetExternalWorkflowHandle(child.Id, child.IsWatched ? null : run)
                .SignalAsync(child.Follows ? StatefulNames.ApiToken : StatefulNames.Parent, message, new() { CancellationToken = CancellationToken.None })
                .ConfigureAwait(true);
            if (child.Follows)
                StatefulTelemetry.Delivered("delivered");
            else
                Passed(child);
        }
        catch (ApplicationFailureException e) when (e.ErrorType == NotFound && child.RunId != run)
        {
            // It has said meanwhile that it goes on in another run.
            if (child.SentRevision == revision)
                child.SentRevision = before;
            Wake(child);
        }
        catch (ApplicationFailureException e) when (e.ErrorType == NotFound)
        {
            node.NotFound(child);
            StatefulTelemetry.Delivered("gone");
        }
        catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { ErrorType: ApiTokenFailureTypes.NameTaken })
        {
            // It was to get part of the token, and has been given one of its own since: that it keeps.
            Acknowledged(child, new() { Child = child.Id, Revision = revision, KeepsOwn = true });
        }
        catch (FailureException e)
        {
            // Unless something newer was sent to it meanwhile, it is behind again.
            if (child.SentRevision == revision)
                child.SentRevision = before;
            foreach (var report in _reports)
                report.Failed(child);
            TreeNode.LogNotDelivered(child.Id, e);
            StatefulTelemetry.Delivered("failed");
            RetryLater(child);
        }
    }

    /// <summary>One timer for all that could not be reached. A run that continues this one tries at once.</summary>
    private void RetryLater(ChildEntry child)
    {
        child.IsUnreached = true;
        _unreached.Add(child);
        if (_isRetrying)
            return;
        _isRetrying = true;
        var wait = _retryAfter;
        _retryAfter = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
        _ = Workflow.RunTaskAsync(async () =>
        {
            await Workflow.DelayWithOptionsAsync(new(wait, "Hand the API token on to children that were not reached", CancellationToken.None)).ConfigureAwait(true);
            _isRetrying = false;
            TryAgain();
        });
    }

    private void TryAgain()
    {
        _due.Refill(node.Revision);
        foreach (var child in _unreached)
        {
            child.IsUnreached = false;
            _due.Add(child);
        }

        _unreached.Clear();
        Wake();
    }
}
