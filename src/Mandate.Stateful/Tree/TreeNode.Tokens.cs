using Mandate.Protocol.Failures;
using Mandate.Stateful.Telemetry;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <content>Taking tokens over: from ancestors, from people and services, and what is answered to who sent them.</content>
internal sealed partial class TreeNode
{
    private const long LongestAnswerMs = 24 * 60 * 60 * 1_000;

    /// <summary>
    /// A token from an ancestor. Of one name the epoch decides: what is older than what is here is ignored, the same is handed on once more, so that a child that missed it gets it after
    /// all. Of two names the one that the parent sent later counts, and the parent counts its changes; another run of it may have been reset, and counts anew.
    /// </summary>
    /// <param name="message">The token.</param>
    /// <param name="parentRun">Run of the parent that sent it; null where another ancestor did, or it is not stated.</param>
    public void ReceiveFromAncestor(ApiTokenMessage message, string? parentRun)
    {
        if (parentRun is not null && parentRun != _parentRun)
            (_parentRun, _parentRevision) = (parentRun, 0);
        if (message.State is ApiTokenState.None)
            return;
        if (Policy == ApiTokenPolicy.Exclude || _isOwn)
        {
            Answer(message, keepsOwn: true);
            return;
        }

        var revision = message.Hop?.Revision ?? _parentRevision;
        var isNewer = _token is null || (_token.Name == message.Name ? message.Epoch > _token.Epoch : revision >= _parentRevision);
        if (isNewer || revision > _parentRevision)
            _parentRevision = revision;
        // Before it is handed on, so that the children are asked to answer at once, and not told a second time. Also where it came late: what is here is newer still.
        Answer(message, keepsOwn: false);
        if (isNewer)
            Adopt(new(message.Name, message.Epoch, message.Fingerprint, message.State, "parent", message.SetAt ?? Now), message.TraceParent, message.Hop?.SentAt);
        else if (_token!.Name == message.Name && message.Epoch == _token.Epoch)
            Heal();
    }

    /// <summary>A token from a person or service: what the vault says of it counts, not what was sent.</summary>
    public void ReceiveFromOutside(ApiTokenMessage message)
    {
        _unread.Enqueue(message);
        ReadUnread();
    }

    /// <summary>A signal without a reference.</summary>
    public static void IgnoreNoReference() => LogNoReference();

    public Task<ApiTokenReport> RotateAsync(ApiTokenRotation rotation, TimeSpan within) => WorkAsync(async () =>
    {
        var began = Now;
        if (rotation.Source is { } source)
        {
            await RotateFromAsync(source, rotation.Over, rotation.TraceParent, within).ConfigureAwait(true);
        }
        else
        {
            var grant = await VaultCall.NewestAsync(rotation.Reference).ConfigureAwait(true);
            DropSource();
            TakeOver(grant, "update", rotation.TraceParent, began);
        }

        return await ReportAsync(within).ConfigureAwait(true);
    });

    public Task<ApiTokenReport> RevokeAsync(TimeSpan within) => WorkAsync(async () =>
    {
        var held = RequireOwn();
        var began = Now;
        var grant = await VaultCall.RevokeAsync(held.Reference).ConfigureAwait(true);
        DropSource();
        TakeOver(grant, "update", trace: null, began);
        return await ReportAsync(within).ConfigureAwait(true);
    });

    /// <summary>The token, when it may be revoked here: an ancestor's is revoked there, or it would be lost to the whole tree without its knowing.</summary>
    public HeldToken RequireOwn()
    {
        if (_token is not { } held)
            throw new ApplicationFailureException("There is no API token to revoke.", ApiTokenFailureTypes.Missing, nonRetryable: true);
        if (Ancestors.Contains(held.Name, StringComparer.Ordinal))
        {
            throw new ApplicationFailureException(
                $"The API token is '{held.Name}''s, which this workflow inherits. Revoke it there, for all that hold it, or give this workflow a token of its own.", ApiTokenFailureTypes.Missing, nonRetryable: true);
        }

        return held;
    }

    /// <summary>What goes to a child by signal.</summary>
    public async Task<ApiTokenMessage> MessageForAsync(ChildEntry child, long revision, TimeSpan? within)
    {
        var token = await TokenForAsync(child).ConfigureAwait(true);
        return new()
        {
            Name = token!.Name,
            Epoch = token.Epoch,
            Fingerprint = token.Fingerprint,
            State = token.State,
            SetAt = token.SetAt,
            TraceParent = _trace,
            Hop = new(revision, within is { } time ? (long)time.TotalMilliseconds : null) { SentAt = Now },
        };
    }

    /// <summary>Takes over what the vault says, where it is news.</summary>
    /// <param name="grant">The newest there is.</param>
    /// <param name="source">How it came.</param>
    /// <param name="trace">Trace it belongs to; null begins one.</param>
    /// <param name="sentAt">When it was sent here.</param>
    /// <param name="heals">Whether what is held already is to be handed on once more.</param>
    private void TakeOver(ApiTokenGrant grant, string source, string? trace, DateTimeOffset sentAt, bool heals = true)
    {
        // Somebody from outside gave it to this workflow: below an ancestor it is its own from now on.
        if (Ancestors.Count > 0 && !Ancestors.Contains(grant.Name, StringComparer.Ordinal))
            _isOwn = true;
        if (_token is null || _token.Name != grant.Name || grant.Epoch > _token.Epoch)
            Adopt(HeldToken.Of(grant, source), trace, sentAt);
        else if (heals && grant.Epoch == _token.Epoch)
            Heal();
    }

    private void Adopt(HeldToken token, string? trace, DateTimeOffset? sentAt)
    {
        // Epochs of another name are counted for themselves.
        if (_token?.Name != token.Name)
            _healedEpoch = 0;
        _token = token;
        Revision++;
        // Where this is replayed, its span was made long ago and cannot be named any more: what follows hangs on the same trace, one step higher.
        _trace = TraceLink.Checked(trace) ?? TraceLink.Begin(Workflow.Info.RunId, Revision);
        if (!Workflow.Unsafe.IsReplaying)
        {
            Workflow.Unsafe.WithoutWatching(() =>
            {
                StatefulTelemetry.Rotated(token.Source.StartsWith("source:", StringComparison.Ordinal) ? "source" : token.Source);
                _trace = StatefulTelemetry.Adopted(_trace, Workflow.Info, token, sentAt ?? Now) ?? _trace;
            });
        }

        _cascade.Changed();
    }

    private void Heal()
    {
        if (_healedEpoch >= _token!.Epoch)
            return;
        _healedEpoch = _token.Epoch;
        Touch();
        _cascade.Changed();
    }

    private async Task<ApiTokenReport> ReportAsync(TimeSpan within)
    {
        var began = Workflow.UtcNow;
        var levels = await DeliverAsync(within).ConfigureAwait(true);
        if (!Workflow.Unsafe.IsReplaying)
            StatefulTelemetry.Reported(Workflow.UtcNow - began);
        return new(Info, [.. levels.Select((l, i) => new ApiTokenLevel(i + 1, l.Delivered, l.Excluded, l.Gone, l.Failed))]);
    }

    private async Task<IReadOnlyList<LevelCounts>> DeliverAsync(TimeSpan within)
    {
        var began = Now;
        var levels = await _cascade.DeliverAsync(within).ConfigureAwait(true);
        // Who has nobody below has handed nothing on.
        if (levels.Count > 0 && !Workflow.Unsafe.IsReplaying)
            Workflow.Unsafe.WithoutWatching(() => StatefulTelemetry.Delivered(_trace, Workflow.Info, began, levels));
        return levels;
    }

    /// <summary>Tells the parent, once all below have answered, where it wants to hear of it.</summary>
    private void Answer(ApiTokenMessage message, bool keepsOwn)
    {
        if (message.Hop is not { AcknowledgeWithinMs: { } within } hop || Workflow.Info.Parent is not { } parent)
            return;
        Work(async () =>
        {
            var levels = keepsOwn ? [] : await DeliverAsync(TimeSpan.FromMilliseconds(Math.Clamp(within, 0, LongestAnswerMs))).ConfigureAwait(true);
            var answer = new Acknowledgement { Child = Workflow.Info.WorkflowId, Revision = hop.Revision, KeepsOwn = keepsOwn, Levels = levels };
            try
            {
                await Workflow.GetExternalWorkflowHandle(parent.WorkflowId)
                    .SignalAsync(StatefulNames.Acknowledged, [answer], new() { CancellationToken = CancellationToken.None })
                    .ConfigureAwait(true);
            }
            catch (FailureException)
            {
                // The parent has ended: nobody waits any more.
            }
        });
    }

    /// <summary>Looks up in turn what came from outside. What the answer to an earlier one covers is not asked for: a burst of rotations costs few questions.</summary>
    private void ReadUnread()
    {
        if (_isReading || _unread.Count == 0 || IsPuttingOff)
            return;
        _isReading = true;
        Work(async () =>
        {
            try
            {
                while (!IsPuttingOff && _unread.TryPeek(out var message))
                {
                    if (await ReadAsync(message).ConfigureAwait(true))
                        continue;
                    ReadLater();
                    break;
                }
            }
            finally
            {
                _isReading = false;
            }
        });
    }

    /// <summary>The vault is away. That keeps the run neither from ending nor from going on in another, which asks at once.</summary>
    private void ReadLater()
    {
        if (_isReadingLater)
            return;
        _isReadingLater = true;
        Later(() =>
        {
            _isReadingLater = false;
            ReadUnread();
        });
    }

    /// <returns>Whether there is an answer; false where the vault is away.</returns>
    private async Task<bool> ReadAsync(ApiTokenMessage message)
    {
        var began = Now;
        try
        {
            var grant = await VaultCall.NewestAsync(message.Reference).ConfigureAwait(true);
            // Somebody has set it by hand: no source replaces it. What a source has set, sent here once more, changes nothing about it.
            if (grant.Source is null && (_token is null || _token.Name != grant.Name || grant.Epoch > _token.Epoch))
                DropSource();
            var presented = message.Epoch;
            while (_unread.TryPeek(out var next) && next.Name == grant.Name && next.Epoch <= grant.Epoch)
                presented = Math.Max(presented, _unread.Dequeue().Epoch);
            // Who presents an older epoch than is held here has nothing to say.
            TakeOver(grant, "signal", message.TraceParent, began, heals: presented >= grant.Epoch);
            _askAgainAfter = FirstAskAgain;
            return true;
        }
        catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { NonRetryable: true } refused)
        {
            LogNotTaken(message.Name, refused);
            _unread.Dequeue();
            return true;
        }
        catch (ActivityFailureException e)
        {
            LogVaultAway(message.Name, e);
            return false;
        }
    }
}
