using Mandate.Credentials.Vault;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Telemetry;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <content>
/// Renewing the token from a configured source before it expires. A renewal holds only while nothing else has happened to the token: what somebody sets or revokes meanwhile ends it, and
/// what it brings then is not taken over. A source that gives none is asked again, ever more rarely, and never left for good.
/// </content>
internal sealed partial class TreeNode
{
    /// <summary>Shortest time between two renewals, whatever the source says: a source that gives tokens that are over at once must not be asked without end.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(365);

    private static readonly TimeSpan FirstRenewalRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRenewalRetry = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan RenewOverWithin = TimeSpan.FromMinutes(1);

    private CancellationTokenSource _renewal = new();
    private string? _source;
    private DateTimeOffset? _renewAt;
    private RenewalTrouble? _trouble;

    /// <summary>Only the workflow's own token is renewed here.</summary>
    private CredentialReference? OwnReference => _token is { } token && token.Name == Workflow.Info.WorkflowId ? token.Reference : null;

    /// <summary>
    /// Renews from now on, in place of a renewal that goes on. Not part of what <see cref="IsIdle"/> waits for: the timer is set again by the run that continues this one, and a provider
    /// that is away does not keep the run from ending. The server drops an activity under way with the run.
    /// </summary>
    private void Renew()
    {
        StopRenewing();
        var mine = _renewal.Token;
        _ = Workflow.RunTaskAsync(async () =>
        {
            while (_source is { } source && !mine.IsCancellationRequested)
            {
                try
                {
                    if (_renewAt is { } at)
                    {
                        var wait = TimeSpan.FromTicks(Math.Clamp((at - Now).Ticks, ShortestInterval.Ticks, LongestInterval.Ticks));
                        await Workflow.DelayWithOptionsAsync(new(wait, "Next renewal of the API token", mine)).ConfigureAwait(true);
                    }

                    var began = Now;
                    // Not cancelled with the renewal: the vault refuses what nobody wants any more, and ends it so.
                    var grant = await VaultCall.RenewAsync(source, OwnReference).ConfigureAwait(true);
                    if (!mine.IsCancellationRequested)
                        Renewed(grant, source, trace: null, began);
                }
                catch (Exception e) when (e is FailureException or OperationCanceledException)
                {
                    if (!mine.IsCancellationRequested)
                        await NotRenewedAsync(e, mine).ConfigureAwait(true);
                }
            }
        });
    }

    /// <summary>Ends the renewal under way, whatever it brings.</summary>
    private void StopRenewing()
    {
        // Not CancelAsync: that would leave the workflow's scheduler.
        _renewal.Cancel();
        _renewal = new();
    }

    /// <summary>Somebody has set or revoked the token: no source renews it any more.</summary>
    private void DropSource()
    {
        _source = null;
        _renewAt = null;
        _trouble = null;
        StopRenewing();
    }

    /// <summary>Gets a token from a source because somebody asked for it, who waits no longer than this. Over what there was when he asked, where he says so: this may come much later.</summary>
    private async Task RotateFromAsync(string source, CredentialReference? over, string? trace, TimeSpan within)
    {
        var (before, began) = (_renewal, Now);
        // Where there was none, what has come since stays unless it is the source's own.
        var hadNone = over is { Epoch: 0 };
        var grant = await VaultCall.RenewNowAsync(source, hadNone ? null : over ?? OwnReference, within, overAny: !hadNone).ConfigureAwait(true);
        if (before != _renewal)
            return;
        Renewed(grant, source, trace, began);
        Renew();
    }

    private void Renewed(ApiTokenGrant grant, string source, string? trace, DateTimeOffset askedAt)
    {
        _source = source;
        _renewAt = grant.RenewAt ?? DateTimeOffset.MaxValue;
        _trouble = null;
        TakeOver(grant, $"source:{source}", trace, askedAt);
    }

    /// <summary>The source gave none. Perhaps because nobody wants one any more: the vault knows.</summary>
    private async Task NotRenewedAsync(Exception error, CancellationToken mine)
    {
        if (await ExplainAsync(error, mine).ConfigureAwait(true) is not { } trouble || mine.IsCancellationRequested)
            return;
        _trouble = RenewalTrouble.After(_trouble, trouble, Now);
        var wait = _trouble.Failures > 8 ? LongestRenewalRetry : FirstRenewalRetry * (1 << (_trouble.Failures - 1));
        _renewAt = Now + (wait < LongestRenewalRetry ? wait : LongestRenewalRetry);
        LogNotRenewed(_source!, _trouble.Failures, trouble);
        if (!Workflow.Unsafe.IsReplaying)
            StatefulTelemetry.NotRenewed(_trouble.Error);
    }

    /// <summary>Asks the vault what has become of the token; null where that settles it.</summary>
    private async Task<Exception?> ExplainAsync(Exception error, CancellationToken mine)
    {
        if (_token is null && _began is { } began && error is ActivityFailureException { InnerException: ApplicationFailureException { ErrorType: ApiTokenFailureTypes.Superseded or ApiTokenFailureTypes.Revoked } })
            return await RenewOverAsync(_source!, began, error, mine).ConfigureAwait(true);
        if (OwnReference is not { } held)
            return error;
        try
        {
            var grant = await VaultCall.NewestAsync(held).ConfigureAwait(true);
            if (mine.IsCancellationRequested)
                return null;
            if (grant.State is ApiTokenState.Revoked || (grant.Epoch > held.Epoch && grant.Source != _source))
                DropFor(grant);
            else if (grant.Epoch > held.Epoch)
                Renewed(grant, _source!, trace: null, Now);
            else
                return error;
            return null;
        }
        catch (FailureException)
        {
            // The vault cannot be asked either.
            return error;
        }
    }

    /// <summary>
    /// A child that is to have its first token from a source finds another under its id. One that is older than the child was an earlier child's, and is replaced, since the parent has asked
    /// for the source; what somebody has set or revoked since then stays.
    /// </summary>
    private async Task<Exception?> RenewOverAsync(string source, DateTimeOffset began, Exception error, CancellationToken mine)
    {
        try
        {
            if (await VaultCall.OwnAsync().ConfigureAwait(true) is not { } own)
                return error;
            if (mine.IsCancellationRequested)
                return null;
            if (own.SetAt >= began)
            {
                DropFor(own);
                return null;
            }

            var askedAt = Now;
            var grant = await VaultCall.RenewNowAsync(source, own.Reference, RenewOverWithin).ConfigureAwait(true);
            if (!mine.IsCancellationRequested)
                Renewed(grant, source, trace: null, askedAt);
            return null;
        }
        catch (FailureException e)
        {
            return e;
        }
    }

    /// <summary>What somebody has set or revoked takes the place of what a source gave.</summary>
    private void DropFor(ApiTokenGrant grant)
    {
        DropSource();
        TakeOver(grant, "vault", trace: null, Now);
    }
}
