using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Telemetry;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>
/// One workflow's place in its tree: which token it holds, which API it calls, who its ancestors and children are. All of it is rebuilt from history, and goes with the run that
/// continues it.
/// </summary>
internal sealed partial class TreeNode
{
    private readonly Cascade _cascade;
    private int _working;
    private HeldToken? _token;
    private bool _isOwn;
    private bool _isReading;
    private string? _source;
    private DateTimeOffset? _renewAt;
    private long _parentRevision;
    private long _healedEpoch;
    private string? _trace;
    private int _gone;
    private readonly Queue<ApiTokenMessage> _unread;

    public TreeNode()
    {
        var info = Workflow.Info;
        var snapshot = TreePayload.Read<TreeSnapshot>(info.Headers, StatefulNames.TreeHeader) ?? new();
        // Who starts a workflow from outside may bring a token and an address, and nothing that only a parent or a run before can know.
        if (info.Parent is null && info.ContinuedRunId is null)
            snapshot = new() { Token = snapshot.Token, ApiUrl = snapshot.ApiUrl, Source = snapshot.Source };
        Ancestors = Ancestry.Of(info, snapshot);
        Policy = snapshot.Policy;
        ApiUrl = snapshot.ApiUrl;
        Revision = snapshot.Revision;
        Registry = new(snapshot.Children);
        _token = snapshot.Token;
        _isOwn = snapshot.IsOwn;
        _source = snapshot.Source;
        _renewAt = snapshot.RenewAt;
        _parentRevision = snapshot.ParentRevision;
        _healedEpoch = snapshot.HealedEpoch;
        _trace = snapshot.TraceParent;
        _gone = snapshot.Gone;
        _unread = new(snapshot.Unread ?? []);
        _cascade = new(this);
    }

    /// <summary>Workflow ids from the root down to the parent.</summary>
    public IReadOnlyList<string> Ancestors { get; }

    public ApiTokenPolicy Policy { get; }

    public ChildRegistry Registry { get; }

    public string? ApiUrl { get; private set; }

    /// <summary>How often the token has changed, or was handed on once more.</summary>
    public long Revision { get; private set; }

    /// <summary>How long children may take to answer, where somebody waits for it.</summary>
    public TimeSpan AnswerWithin { get; set; }

    public ApiTokenInfo Info => _token?.Info ?? new();

    public HeldToken? Token => _token;

    private static DateTimeOffset Now => new(Workflow.UtcNow);

    /// <summary>Whether nothing of the tree's own is under way, so that the run can end here.</summary>
    public bool IsIdle => _working == 0 && Registry.Starting == 0 && _cascade.IsIdle;

    public ApiTokenTree Describe() => new(
        Info,
        ApiUrl,
        Policy,
        [.. Registry.Children.Select(c => new ApiTokenChild(c.Id, c.Policy, c.State, c.IsBehind(Revision)))]);

    /// <summary>Called once a run, when its handlers may have run already.</summary>
    public void Begin(object?[] arguments)
    {
        var input = arguments.OfType<IStatefulInput>().FirstOrDefault();
        ApiUrl ??= input?.ApiUrl?.ToString();
        if (_token is null && input?.ApiToken is { IsWellFormed: true } given)
        {
            _isOwn = true;
            _token = new(given.Name, given.Epoch, given.Fingerprint, ApiTokenState.Active, "start", new(Workflow.Info.WorkflowStartTime));
            Revision++;
        }

        if (Workflow.Info.Attempt > 1 && _token is not null)
            Work(LookUpAsync);
        if (_source is not null)
            Renew();
        Resume();
    }

    /// <summary>A token from an ancestor. What is older than what is here is ignored, the same is handed on once more, so that a child that missed it gets it after all.</summary>
    public void ReceiveFromAncestor(ApiTokenMessage message)
    {
        if (!message.Reference.IsWellFormed || message.State is ApiTokenState.None)
            return;
        if (Policy == ApiTokenPolicy.Exclude || _isOwn)
        {
            Answer(message, keepsOwn: true);
            return;
        }

        if (message.Hop is { } hop && hop.Revision < _parentRevision)
            return;
        _parentRevision = message.Hop?.Revision ?? _parentRevision;
        // Before it is handed on, so that the children are asked to answer at once, and not told a second time.
        Answer(message, keepsOwn: false);
        if (_token is null || _token.Name != message.Name || message.Epoch > _token.Epoch)
            Adopt(new(message.Name, message.Epoch, message.Fingerprint, message.State, "parent", message.SetAt ?? Now), message.TraceParent, message.Hop?.SentAt);
        else if (message.Epoch == _token.Epoch)
            Heal();
    }

    /// <summary>A token from a person or service: what the vault says of it counts, not what was sent.</summary>
    public void ReceiveFromOutside(ApiTokenMessage message)
    {
        if (!message.Reference.IsWellFormed)
            return;
        _unread.Enqueue(message);
        ReadUnread();
    }

    public async Task<ApiTokenReport> RotateAsync(ApiTokenRotation rotation, TimeSpan within)
    {
        var began = Now;
        if (rotation.Source is { } source)
        {
            await RenewNowAsync(source, rotation.TraceParent, isAsked: true).ConfigureAwait(true);
            Renew();
        }
        else
        {
            var grant = await VaultCall.NewestAsync(rotation.Reference).ConfigureAwait(true);
            _source = null;
            TakeOver(grant, "update", rotation.TraceParent, began);
        }

        return await ReportAsync(within).ConfigureAwait(true);
    }

    public async Task<ApiTokenReport> RevokeAsync(TimeSpan within)
    {
        var held = _token ?? throw new ApplicationFailureException("There is no API token to revoke.", ApiTokenFailureTypes.Missing, nonRetryable: true);
        var began = Now;
        var grant = await VaultCall.RevokeAsync(held.Reference).ConfigureAwait(true);
        _source = null;
        TakeOver(grant, "update", trace: null, began);
        return await ReportAsync(within).ConfigureAwait(true);
    }

    public void SetApiUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
        {
            LogBadApiUrl();
            return;
        }

        ApiUrl = uri.ToString();
    }

    public void Acknowledged(Acknowledgement answer)
    {
        if (Registry.Find(answer.Child) is { } child)
            _cascade.Acknowledged(child, answer);
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

    /// <summary>Children that have ended since this was asked last.</summary>
    public int TakeGone()
    {
        var gone = _gone;
        _gone = 0;
        return gone;
    }

    /// <summary>A child has ended.</summary>
    public void Forget(ChildEntry child)
    {
        if (Registry.Remove(child) && !_cascade.Gone(child))
            _gone++;
    }

    /// <summary>Everybody who follows is to be sent the present token once more.</summary>
    public void Touch() => Revision++;

    /// <summary>Takes over what the vault says, where it is news.</summary>
    /// <param name="grant">The newest there is.</param>
    /// <param name="source">How it came.</param>
    /// <param name="trace">Trace it belongs to; null begins one.</param>
    /// <param name="sentAt">When it was sent here.</param>
    /// <param name="heals">Whether what is held already is to be handed on once more.</param>
    private void TakeOver(ApiTokenGrant grant, string source, string? trace, DateTimeOffset sentAt, bool heals = true)
    {
        // Somebody from outside gave it to this workflow: below an ancestor it is its own from now on.
        if (Ancestors.Count > 0 && !Ancestors.Contains(grant.Name))
            _isOwn = true;
        if (_token is null || _token.Name != grant.Name || grant.Epoch > _token.Epoch)
            Adopt(HeldToken.Of(grant, source), trace, sentAt);
        else if (heals && grant.Epoch == _token.Epoch)
            Heal();
    }

    private void Adopt(HeldToken token, string? trace, DateTimeOffset? sentAt)
    {
        _token = token;
        Revision++;
        // Where this is replayed, its span was made long ago and cannot be named any more: what follows hangs on the same trace, one step higher.
        _trace = trace ?? TraceLink.Begin(Workflow.Info.RunId, Revision);
        if (!Workflow.Unsafe.IsReplaying)
        {
            Workflow.Unsafe.WithoutWatching(() =>
            {
                StatefulTelemetry.Rotated(token.Source.StartsWith("source:", StringComparison.Ordinal) ? "source" : token.Source);
                _trace = StatefulTelemetry.Adopted(_trace, Workflow.Info, token, sentAt ?? Now) ?? _trace;
            });
        }

        _cascade.Wake();
    }

    private void Heal()
    {
        if (_healedEpoch >= _token!.Epoch)
            return;
        _healedEpoch = _token.Epoch;
        Touch();
        _cascade.Wake();
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
            var levels = keepsOwn ? [] : await DeliverAsync(TimeSpan.FromMilliseconds(within)).ConfigureAwait(true);
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
        if (_isReading || _unread.Count == 0 || IsLeaving)
            return;
        _isReading = true;
        Work(async () =>
        {
            try
            {
                while (!IsLeaving && _unread.TryPeek(out var message))
                    await ReadAsync(message).ConfigureAwait(true);
            }
            finally
            {
                _isReading = false;
            }
        });
    }

    private async Task ReadAsync(ApiTokenMessage message)
    {
        var began = Now;
        try
        {
            var grant = await VaultCall.NewestAsync(message.Reference).ConfigureAwait(true);
            var presented = message.Epoch;
            while (_unread.TryPeek(out var next) && next.Name == grant.Name && next.Epoch <= grant.Epoch)
                presented = Math.Max(presented, _unread.Dequeue().Epoch);
            // Who presents an older epoch than is held here has nothing to say.
            TakeOver(grant, "signal", message.TraceParent, began, heals: presented >= grant.Epoch);
        }
        catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { NonRetryable: true } refused)
        {
            LogNotTaken(message.Name, refused);
            _unread.Dequeue();
        }
    }

    /// <summary>A run that is repeated was started with what its first attempt was: it asks for what has come since.</summary>
    private async Task LookUpAsync()
    {
        try
        {
            var grant = await VaultCall.NewestAsync(_token!.Reference).ConfigureAwait(true);
            if (grant.Epoch > _token.Epoch && grant.Name == _token.Name)
                Adopt(HeldToken.Of(grant, "vault"), trace: null, sentAt: null);
        }
        catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { NonRetryable: true } refused)
        {
            LogNotTaken(_token!.Name, refused);
        }
    }

    /// <summary>Runs something of the tree's own beside the workflow's code.</summary>
    private void Work(Func<Task> work)
    {
        _working++;
        _ = Workflow.RunTaskAsync(async () =>
        {
            try
            {
                await work().ConfigureAwait(true);
            }
            finally
            {
                _working--;
            }
        });
    }
}
