using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;
using ParentClosePolicy = Mandate.Temporal.Workflows.ParentClosePolicy;

namespace Mandate.Stateful.Tree;

/// <content>Starting children, and ending.</content>
internal sealed partial class TreeNode
{
    private const int CancelBatch = 250;
    private const string NotFoundFailure = nameof(CancelExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound);

    /// <summary>How long a child that is not found may take to say that it goes on in another run, or has ended.</summary>
    private static readonly TimeSpan NewsWithin = TimeSpan.FromSeconds(10);

    private readonly AsyncLocal<PlannedChild?> _plan = new();

    /// <summary>
    /// Starts a child with options that the start itself has no place for. They go along with the call, also through interceptors that wait before they pass it on: a child that is to be
    /// excluded must not inherit.
    /// </summary>
    public TResult Planned<TResult>(StatefulChildOptions options, Func<ChildWorkflowOptions, TResult> start)
    {
        Check(options);
        _plan.Value = new(options);
        try
        {
            return start(options.Workflow with { ParentClosePolicy = options.WhenParentEnds is ParentEnd.Terminate ? ParentClosePolicy.Terminate : ParentClosePolicy.Abandon });
        }
        finally
        {
            _plan.Value = null;
        }
    }

    /// <summary>Starts a child: 1. it must not be an ancestor, 2. it gets what its policy gives it, 3. the registry knows it, 4. what has changed meanwhile is sent after it.</summary>
    public async Task<ChildWorkflowHandle<TWorkflow, TResult>> StartAsync<TWorkflow, TResult>(
        StartChildWorkflowInput input, Func<StartChildWorkflowInput, Task<ChildWorkflowHandle<TWorkflow, TResult>>> start)
    {
        // A child started by the plain API inherits.
        var plan = _plan.Value?.Take() ?? new() { WhenParentEnds = ParentEnd.Terminate };
        var id = input.Options.Id ?? Workflow.NewGuid().ToString();
        Ancestry.RefuseCircle(id, Ancestors);
        var child = new ChildEntry(id, plan.ApiToken)
        {
            IsWatched = true,
            EndsWithRun = input.Options.ParentClosePolicy is not (ParentClosePolicy.Abandon or ParentClosePolicy.RequestCancel),
            CancelWithParent = plan.WhenParentEnds is ParentEnd.Cancel,
            Hosts = plan.Hosts,
            Scopes = plan.Scopes,
        };
        Registry.BeginStart(child);
        ChildWorkflowHandle<TWorkflow, TResult> handle;
        try
        {
            // A handler may start one in the very first task, before the run method brings the address and the token of the arguments.
            if (!_hasBegun)
                await Workflow.WaitConditionAsync(() => _hasBegun).ConfigureAwait(true);
            child.SentRevision = Revision;
            var headers = new Dictionary<string, Protocol.Api.Common.V1.Payload>(input.Headers ?? new Dictionary<string, Protocol.Api.Common.V1.Payload>(), StringComparer.Ordinal)
            {
                [StatefulNames.TreeHeader] = TreePayload.WriteTree(await StartSnapshotAsync(child, plan).ConfigureAwait(true)),
            };
            handle = await start(input with { Options = input.Options with { Id = id }, Headers = headers }).ConfigureAwait(true);
        }
        catch
        {
            _cascade.NotStarted(child);
            throw;
        }
        finally
        {
            Registry.EndStart(child);
        }

        child.State = ChildState.Running;
        child.FirstRunId = child.RunId = handle.FirstExecutionRunId;
        Registry.Add(child);
        _cascade.Started(child);
        _ = Workflow.RunTaskAsync(() => WatchAsync(handle, child));
        if (child.EarlyNews is { } news && news.FirstRun == child.FirstRunId && !news.HasEnded)
            Heard(child, news);
        else if (child.IsBehind(Revision))
            _cascade.Wake(child);
        return handle;
    }

    /// <summary>What the run that continues this one gets.</summary>
    public TreeSnapshot ToSnapshot() => new()
    {
        Ancestors = Ancestors,
        Policy = Policy,
        Token = _token,
        IsOwn = _isOwn,
        ApiUrl = ApiUrl,
        Source = _source,
        RenewAt = _renewAt,
        Revision = Revision,
        ParentRevision = _parentRevision,
        ParentRun = _parentRun,
        HealedEpoch = _healedEpoch,
        TraceParent = _trace,
        Gone = _gone + Registry.Children.Count(c => c.EndsWithRun),
        Unread = _unread.Count > 0 ? [.. _unread.TakeLast(MostUnread)] : null,
        Children = Registry.ToSnapshot(Now, Revision),
        Began = _began,
        Trouble = _trouble,
        EndsWithParent = _endsWithParent,
        FirstRun = Workflow.Info.FirstExecutionRunId,
    };

    /// <summary>The workflow ends: children that are behind are sent the token, those that are to end with it are asked to cancel, and the parent hears of it.</summary>
    /// <param name="failure">Why it ends; null when it completes.</param>
    /// <returns>Whether that is done; false where it takes more messages than one history should hold, and the next run is to go on with it.</returns>
    public async Task<bool> EndAsync(Exception? failure)
    {
        _isEnding = true;
        Resume();
        await SettleAsync().ConfigureAwait(true);
        if (!HasPutOff && await CancelChildrenAsync().ConfigureAwait(true) && !HasPutOff)
        {
            await TellOfEndAsync(failure).ConfigureAwait(true);
            return true;
        }

        _isEnding = false;
        return false;
    }

    /// <returns>Whether all were asked; false where the next run is to ask the others.</returns>
    private async Task<bool> CancelChildrenAsync()
    {
        var children = Registry.Children.Concat(Registry.Lost.Where(c => Now - c.LostAt < NewsWithin)).Where(c => c.CancelWithParent).ToList();
        var left = children.Count;
        foreach (var batch in children.Chunk(CancelBatch))
        {
            // Each run gets on, also where it began with more than it should hold.
            if (left < children.Count && left > CancelBatch && IsLong && !RunsAgain)
                return false;
            await Workflow.WhenAllAsync(batch.Select(CancelAsync)).ConfigureAwait(true);
            left -= batch.Length;
        }

        return true;
    }

    private async Task<TreeSnapshot> StartSnapshotAsync(ChildEntry child, StatefulChildOptions plan)
    {
        var token = plan.ApiToken switch
        {
            ApiTokenPolicy.Exclude => null,
            ApiTokenPolicy.Override => plan.OwnToken is { } own ? new HeldToken(own.Name, own.Epoch, own.Fingerprint, ApiTokenState.Active, "start", Now) : null,
            _ => (await TokenForAsync(child, isStart: true).ConfigureAwait(true)) is { } inherited ? inherited with { Source = "parent" } : null,
        };
        return new()
        {
            Ancestors = [.. Ancestors, Workflow.Info.WorkflowId],
            Policy = plan.ApiToken,
            Token = token,
            IsOwn = plan.ApiToken is ApiTokenPolicy.Override,
            ApiUrl = plan.ApiUrl?.ToString() ?? ApiUrl,
            Source = plan.OwnTokenSource,
            Revision = token is null ? 0 : 1,
            ParentRevision = child.SentRevision,
            Began = Now,
            IsInTree = true,
            EndsWithParent = plan.WhenParentEnds is ParentEnd.Cancel,
        };
    }

    /// <summary>The token a child follows with; narrowed by the vault where it is to get less.</summary>
    private async Task<HeldToken?> TokenForAsync(ChildEntry child, bool isStart = false)
    {
        if (_token is not { } token || child.Policy is not ApiTokenPolicy.Downscope)
            return _token;
        // It runs, so it has got what it was started with: only that lets its id have something else than before.
        if (child.StartedWith is { } reference)
        {
            try
            {
                await VaultCall.NewestAsync(reference).ConfigureAwait(true);
            }
            catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { NonRetryable: true })
            {
                // There is no such thing any more: asked again, the vault would say the same, and the child would be behind for ever.
            }

            child.StartedWith = null;
        }

        // Of a revoked one the vault makes a revoked one.
        var narrowed = await (isStart ? VaultCall.NarrowForStartAsync(token.Reference, child) : VaultCall.NarrowAsync(token.Reference, child)).ConfigureAwait(true);
        if (isStart)
            child.StartedWith = narrowed.Reference;
        return new(narrowed.Name, narrowed.Epoch, narrowed.Fingerprint, narrowed.State, token.Source, token.SetAt);
    }

    private async Task WatchAsync(ChildWorkflowHandle handle, ChildEntry child)
    {
        try
        {
            await handle.GetResultAsync().ConfigureAwait(true);
        }
        catch (FailureException)
        {
            // How it ended is for the code that waits for it; here it counts that it did.
        }

        Forget(child);
    }

    /// <summary>
    /// Asks a child to cancel, by its run: another workflow that has taken its id is not meant. A run that is not found has ended or goes on in another, and the child or the server says
    /// which. Who was asked is no child any more: no token is handed on to it. A child that says nothing, since it is no stateful workflow, is known by its id as long as the server watches it for this run.
    /// </summary>
    private async Task CancelAsync(ChildEntry child)
    {
        child.CancelWithParent = false;
        for (var run = child.RunId; !await TryCancelAsync(child.Id, run).ConfigureAwait(true); run = child.RunId)
        {
            var heard = await Workflow.WaitConditionWithOptionsAsync(
                new(() => HasEnded(child) || child.RunId != run, NewsWithin, "Waiting for news of a child", CancellationToken.None)).ConfigureAwait(true);
            if (heard && !HasEnded(child))
                continue;
            if (!heard && child.IsWatched)
                await TryCancelAsync(child.Id, runId: null).ConfigureAwait(true);
            return;
        }

        Forget(child);
    }

    private bool HasEnded(ChildEntry child) => Registry.Find(child.Id, child.FirstRunId) != child;

    private static async Task<bool> TryCancelAsync(string id, string? runId)
    {
        try
        {
            await Workflow.GetExternalWorkflowHandle(id, runId).CancelAsync().ConfigureAwait(true);
            return true;
        }
        catch (FailureException e)
        {
            return e is not ApplicationFailureException { ErrorType: NotFoundFailure };
        }
    }

    private static void Check(StatefulChildOptions options)
    {
        if (options is { ApiToken: not ApiTokenPolicy.Override } and ({ OwnToken: not null } or { OwnTokenSource: not null }))
            throw new ArgumentException($"A child has a token of its own with {nameof(ApiTokenPolicy)}.{nameof(ApiTokenPolicy.Override)} only.", nameof(options));
        if (options.ApiToken is ApiTokenPolicy.Downscope && options.Hosts is null && options.Scopes.Count == 0)
            throw new ArgumentException($"With {nameof(ApiTokenPolicy)}.{nameof(ApiTokenPolicy.Downscope)} name the hosts or the scopes to keep.", nameof(options));
        if (options.ApiToken is not ApiTokenPolicy.Downscope && (options.Hosts is not null || options.Scopes.Count > 0))
            throw new ArgumentException($"Hosts and scopes are narrowed with {nameof(ApiTokenPolicy)}.{nameof(ApiTokenPolicy.Downscope)} only.", nameof(options));
    }

    /// <summary>Options on their way to the start they are for; no other start gets them.</summary>
    private sealed class PlannedChild(StatefulChildOptions options)
    {
        private StatefulChildOptions? _options = options;

        public StatefulChildOptions? Take() => Interlocked.Exchange(ref _options, null);
    }
}
