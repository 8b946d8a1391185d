using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Telemetry;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>
/// Hands a workflow's token on to its children. (1) Every child that follows and was last sent an older revision is behind. (2) Those behind are signalled, some hundreds at a time, until
/// nobody is; a revision that comes meanwhile replaces the one that was not sent yet. (3) A child that cannot be found has ended, and is forgotten. (4) Where somebody waits for the
/// outcome, each child is asked to answer when it and all below it are done.
/// </summary>
/// <remarks>Which child is behind is part of the state that survives continue-as-new, so a cascade that is cut off goes on in the next run.</remarks>
internal sealed class Cascade(TreeNode node)
{
    /// <summary>Signals under way at a time: a worker's answer with all of them fits into one message, and below Temporal's limit of 2,000 pending signals.</summary>
    private const int BatchSize = 250;

    /// <summary>Type of the failure of a signal to a workflow that does not run any more.</summary>
    private const string NotFound = nameof(SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound);

    private readonly List<DeliveryReport> _reports = [];
    private bool _isRunning;

    /// <summary>Whether nothing is under way and nobody waits.</summary>
    public bool IsIdle => !_isRunning && _reports.Count == 0;

    /// <summary>The next run hands on, where nobody waits for this one to do it.</summary>
    private bool IsPutOff => node.IsLeaving && _reports.Count == 0;

    /// <summary>Starts to hand on, unless that is under way.</summary>
    public void Wake()
    {
        if (_isRunning || IsPutOff || !node.Registry.Children.Any(c => c.IsBehind(node.Revision)))
            return;
        _isRunning = true;
        _ = Workflow.RunTaskAsync(RunAsync);
    }

    /// <summary>Hands on, and waits until every child has answered for itself and all below it.</summary>
    /// <param name="within">Longest wait.</param>
    public async Task<IReadOnlyList<LevelCounts>> DeliverAsync(TimeSpan within)
    {
        // Who was sent this revision without the wish to hear of it will not answer: it is sent again.
        if (node.Registry.Children.Any(c => c.Follows && c.SentRevision >= node.Revision && c.AskedRevision < node.Revision))
            node.Touch();
        var report = new DeliveryReport(
            node.Revision,
            node.Registry.Children.Where(c => c.Follows && c.State == ChildState.Running),
            node.Registry.Children.Count(c => !c.Follows),
            node.TakeGone());
        if (report.IsComplete)
            return report.Close();

        _reports.Add(report);
        node.AnswerWithin = within;
        try
        {
            Wake();
            await Workflow.WaitConditionWithOptionsAsync(
                new(() => report.IsComplete, within, "Waiting for children to acknowledge an API token", CancellationToken.None)).ConfigureAwait(true);
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

    private async Task RunAsync()
    {
        try
        {
            while (!IsPutOff && node.Registry.Children.Where(c => c.IsBehind(node.Revision)).Take(BatchSize).ToList() is { Count: > 0 } batch)
                await Workflow.WhenAllAsync(batch.Select(SendAsync)).ConfigureAwait(true);
        }
        finally
        {
            _isRunning = false;
        }
    }

    private async Task SendAsync(ChildEntry child)
    {
        var revision = node.Revision;
        child.SentRevision = revision;
        var within = _reports.Count > 0 ? node.AnswerWithin * 0.8 : (TimeSpan?)null;
        if (within is not null)
            child.AskedRevision = revision;
        try
        {
            var message = await node.MessageForAsync(child, revision, within).ConfigureAwait(true);
            await Workflow.GetExternalWorkflowHandle(child.Id)
                .SignalAsync(StatefulNames.ApiToken, [message], new() { CancellationToken = CancellationToken.None })
                .ConfigureAwait(true);
            StatefulTelemetry.Delivered("delivered");
        }
        catch (ApplicationFailureException e) when (e.ErrorType == NotFound)
        {
            node.Forget(child);
            StatefulTelemetry.Delivered("gone");
        }
        catch (FailureException e)
        {
            foreach (var report in _reports)
                report.Failed(child);
            TreeNode.LogNotDelivered(child.Id, e);
            StatefulTelemetry.Delivered("failed");
        }
    }
}
