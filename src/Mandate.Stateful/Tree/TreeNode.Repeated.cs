using System.Buffers.Binary;
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
        var isAway = false;
        try
        {
            if (!await LookUpOwnAsync().ConfigureAwait(true) && _token is { } held)
                Recovered(await VaultCall.NewestAsync(held.Reference).ConfigureAwait(true));
        }
        catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { NonRetryable: true } refused)
        {
            LogNotTaken(_token?.Name ?? Workflow.Info.WorkflowId, refused);
        }
        catch (ActivityFailureException e)
        {
            LogVaultAway(_token?.Name ?? Workflow.Info.WorkflowId, e);
            isAway = true;
        }

        if (isAway)
            Later(() => Work(RecoverAsync));
        else if (_source is not null)
            Renew();
    }

    /// <summary>When the first run of this workflow began: what is older was another's, which had the id before. Null where that is not known.</summary>
    private static DateTimeOffset? BeginningOf(string firstRunId)
    {
        // The engine's run ids begin with the time in milliseconds (UUID version 7). Others tell nothing.
        if (!Guid.TryParse(firstRunId, out var id) || id.Version != 7)
            return null;
        var bytes = id.ToByteArray(bigEndian: true);
        return DateTimeOffset.FromUnixTimeMilliseconds(((long)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(4)));
    }

    private async Task<bool> LookUpOwnAsync()
    {
        try
        {
            // What it was started with has arrived, whatever its id had before.
            if (Policy is ApiTokenPolicy.Downscope && !_isOwn && _token is { } held)
                await VaultCall.NewestAsync(held.Reference).ConfigureAwait(true);
            if (await VaultCall.OwnAsync().ConfigureAwait(true) is not { } own || own.SetAt < (_began ?? BeginningOf(Workflow.Info.FirstExecutionRunId)) - ClockDifference)
                return false;
            // What a source renews is nothing that was narrowed from the parent's.
            _isOwn |= Ancestors.Count > 0 && (Policy is not ApiTokenPolicy.Downscope || own.Source is not null);
            Recovered(own);
            return true;
        }
        catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { NonRetryable: true } refused)
        {
            LogNotTaken(Workflow.Info.WorkflowId, refused);
            return false;
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
