using System.Diagnostics.CodeAnalysis;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>
/// One workflow's place in its tree: which token it holds, which API it calls, who its ancestors and children are. All of it is rebuilt from history, and goes with the run that
/// continues it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The cancellation source has no timer, and a run that is given up is left to the garbage collector.")]
internal sealed partial class TreeNode
{
    /// <summary>When a vault that was away is asked once more; ever more rarely.</summary>
    private static readonly TimeSpan FirstAskAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestAskAgain = TimeSpan.FromMinutes(5);

    private readonly Cascade _cascade;
    private int _working;
    private bool _hasBegun;
    private TimeSpan _askAgainAfter = FirstAskAgain;
    private HeldToken? _token;
    private bool _isOwn;
    private bool _isReading;
    private bool _isReadingLater;
    private long _parentRevision;
    private string? _parentRun;
    private long _healedEpoch;
    private string? _trace;
    private int _gone;
    private readonly Queue<ApiTokenMessage> _unread;
    private readonly DateTimeOffset? _began;

    public TreeNode()
    {
        var info = Workflow.Info;
        var isFromOutside = info.Parent is null && info.ContinuedRunId is null;
        var snapshot = (isFromOutside ? TreePayload.ReadTree(info.Headers, withChildren: false) : TreePayload.ReadHandedOn(info.Headers, withChildren: info.ContinuedRunId is not null)) ?? new();
        // A run that repeats one is started with the same header, so that it continues another does not say whose word that is.
        IsContinued = info.ContinuedRunId is not null && snapshot.FirstRun == info.FirstExecutionRunId;
        if (!IsContinued)
            snapshot = info.Parent is null ? snapshot.AsFromOutside() : snapshot.AsOfAParent();
        PendingEnd = PendingEnd.Of(snapshot.PendingEnd, info.RawArguments);
        Ancestors = Ancestry.Of(info, snapshot);
        Policy = snapshot.Policy;
        ApiUrl = snapshot.ApiUrl;
        Revision = snapshot.Revision;
        Registry = new(snapshot.Children);
        // Only a parent that is a stateful workflow itself says when it began, and listens.
        _began = snapshot.Began;
        _tellsParent = info.Parent is not null && _began is not null;
        _endsWithParent = snapshot.EndsWithParent;
        _token = snapshot.Token is { Reference.IsWellFormed: true } token ? token : null;
        _isOwn = snapshot.IsOwn;
        _source = snapshot.Source;
        _renewAt = snapshot.RenewAt;
        _trouble = snapshot.Trouble;
        _parentRevision = snapshot.ParentRevision;
        _parentRun = snapshot.ParentRun ?? info.Parent?.RunId;
        _healedEpoch = snapshot.HealedEpoch;
        _trace = snapshot.TraceParent;
        _gone = snapshot.Gone;
        _unread = new(snapshot.Unread ?? []);
        _cascade = new(this);
    }

    /// <summary>Workflow ids from the root down to the parent.</summary>
    public IReadOnlyList<string> Ancestors { get; }

    public ApiTokenPolicy Policy { get; }

    /// <summary>Whether a run before has handed itself on to this one.</summary>
    public bool IsContinued { get; }

    /// <summary>How the workflow ends, where its run method is through already, in a run before.</summary>
    public PendingEnd? PendingEnd { get; }

    public ChildRegistry Registry { get; }

    public string? ApiUrl { get; private set; }

    /// <summary>How often the token has changed, or was handed on once more.</summary>
    public long Revision { get; private set; }

    /// <summary>How long children may take to answer, where somebody waits for it.</summary>
    public TimeSpan AnswerWithin { get; set; }

    public ApiTokenInfo Info => _trouble is { } trouble ? Held with { Renewal = trouble.Info } : Held;

    private ApiTokenInfo Held => _token?.Info ?? new();

    public HeldToken? Token => _token;

    private static DateTimeOffset Now => new(Workflow.UtcNow);

    /// <summary>Whether nothing of the tree's own is under way, so that the run can end here.</summary>
    public bool IsIdle => _working == 0 && Registry.Starting.Count == 0 && _cascade.IsIdle;

    public ApiTokenTree Describe() => new(
        Info,
        ApiUrl,
        Policy,
        [.. Registry.Children.Concat(Registry.Starting).Select(c => new ApiTokenChild(c.Id, c.Policy, c.State, c.IsBehind(Revision)))]);

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

        _hasBegun = true;
        TellOfRun();
        if (Workflow.Info.Attempt > 1)
            Work(RecoverAsync);
        else if (_source is not null)
            Renew();
        Resume();
    }

    public void SetApiUrl(string? url)
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

    /// <summary>Does something in a while, unless the run has ended by then. Nothing waits for it.</summary>
    private void Later(Action act)
    {
        var wait = _askAgainAfter;
        _askAgainAfter = wait * 2 < LongestAskAgain ? wait * 2 : LongestAskAgain;
        _ = Workflow.RunTaskAsync(async () =>
        {
            await Workflow.DelayWithOptionsAsync(new(wait, "Ask the vault again, which was away", CancellationToken.None)).ConfigureAwait(true);
            if (!_isEnding && !_isContinuing)
                act();
        });
    }

    /// <summary>Runs something of the tree's own that somebody waits for; the run does not end before.</summary>
    private async Task<T> WorkAsync<T>(Func<Task<T>> work)
    {
        _working++;
        try
        {
            return await work().ConfigureAwait(true);
        }
        finally
        {
            _working--;
        }
    }
}
