using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <content>
/// A run that repeats one that failed is started with what the first attempt was. What came since it asks for: (1) the vault for a token of its own, which somebody may have given it
/// after its start, and for what renews that; (2) the vault for the newest epoch of what it was started with; (3) its parent to send once more what it hands on.
/// </content>
internal sealed partial class TreeNode
{
    /// <summary>How much the clocks of the vault and the engine may differ.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(10);

    private async Task RecoverAsync()
    {
        if (!await LookUpOwnAsync().ConfigureAwait(true) && _token is not null)
            await LookUpAsync().ConfigureAwait(true);
        if (_source is not null)
            Renew();
    }

    private async Task<bool> LookUpOwnAsync()
    {
        try
        {
            // One that is older than the workflow was another's, which had the id before.
            if (await VaultCall.OwnAsync().ConfigureAwait(true) is not { } own || own.SetAt < _began - ClockDifference)
                return false;
            _isOwn |= Ancestors.Count > 0 && Policy is not ApiTokenPolicy.Downscope;
            Recovered(own);
            return true;
        }
        catch (ActivityFailureException e)
        {
            LogNotTaken(Workflow.Info.WorkflowId, e);
            return false;
        }
    }

    private async Task LookUpAsync()
    {
        var held = _token!;
        try
        {
            Recovered(await VaultCall.NewestAsync(held.Reference).ConfigureAwait(true));
        }
        catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { NonRetryable: true } refused)
        {
            LogNotTaken(held.Name, refused);
        }
    }

    private void Recovered(ApiTokenGrant grant)
    {
        if (_token is null || _token.Name != grant.Name || grant.Epoch > _token.Epoch)
            Adopt(HeldToken.Of(grant, grant.Source is { } source ? $"source:{source}" : "vault"), trace: null, sentAt: null);
        if (grant.Name != Workflow.Info.WorkflowId || (Policy is ApiTokenPolicy.Downscope && !_isOwn))
            return;
        // The vault knows whether it is still a source's: somebody may have set or revoked it since the first attempt began.
        _source = grant.State is ApiTokenState.Active ? grant.Source : null;
        _renewAt = grant.RenewAt;
    }
}
