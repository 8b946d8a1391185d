using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <content>Renewing the token from a configured source before it expires.</content>
internal sealed partial class TreeNode
{
    /// <summary>Shortest time between two renewals, whatever the source says: a source that gives tokens that are over at once must not be asked without end.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    private int _renewal;

    /// <summary>
    /// Renews from now on, in place of a renewal that goes on. Not part of what <see cref="IsIdle"/> waits for: the timer is set again by the run that continues this one.
    /// </summary>
    private void Renew()
    {
        var mine = ++_renewal;
        _ = Workflow.RunTaskAsync(async () =>
        {
            while (_source is { } source && mine == _renewal)
            {
                if (_renewAt is { } at)
                {
                    var wait = at - Now;
                    await Workflow.DelayWithOptionsAsync(new(wait > ShortestInterval ? wait : ShortestInterval, "Next renewal of the API token", CancellationToken.None)).ConfigureAwait(true);
                }

                if (mine == _renewal && _source == source)
                    await RenewNowAsync(source, trace: null, isAsked: false).ConfigureAwait(true);
            }
        });
    }

    private async Task RenewNowAsync(string source, string? trace, bool isAsked)
    {
        _working++;
        var began = Now;
        try
        {
            var known = _token is { } token && token.Name == Workflow.Info.WorkflowId ? token.Reference : null;
            var grant = await VaultCall.RenewAsync(Workflow.Info.WorkflowId, source, known, isAsked).ConfigureAwait(true);
            _source = source;
            _renewAt = grant.RenewAt;
            TakeOver(grant, $"source:{source}", trace, began);
        }
        finally
        {
            _working--;
        }
    }
}
