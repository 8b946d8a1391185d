using Mandate.Protocol.Failures;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <content>Starting children, and ending.</content>
internal sealed partial class TreeNode
{
    private const int CancelBatch = 250;
    private StatefulChildOptions? _planned;

    /// <summary>Starts a child with options that the start itself has no place for. The start reaches <see cref="TakePlan"/> before it first waits.</summary>
    public TResult Planned<TResult>(StatefulChildOptions options, Func<ChildWorkflowOptions, TResult> start)
    {
        Check(options);
        _planned = options;
        try
        {
            return start(options.Workflow with { ParentClosePolicy = options.WhenParentEnds is ParentEnd.Terminate ? ParentClosePolicy.Terminate : ParentClosePolicy.Abandon });
        }
        finally
        {
            _planned = null;
        }
    }

    /// <summary>Options of the start under way. A child started by the plain API inherits.</summary>
    public StatefulChildOptions? TakePlan()
    {
        var plan = _planned;
        _planned = null;
        return plan;
    }

    /// <summary>Starts a child: 1. it must not be an ancestor, 2. it gets what its policy gives it, 3. the registry knows it, 4. what has changed meanwhile is sent after it.</summary>
    public async Task<ChildWorkflowHandle<TWorkflow, TResult>> StartAsync<TWorkflow, TResult>(
        StartChildWorkflowInput input, Func<StartChildWorkflowInput, Task<ChildWorkflowHandle<TWorkflow, TResult>>> start)
    {
        var plan = TakePlan() ?? new() { WhenParentEnds = ParentEnd.Terminate };
        var id = input.Options.Id ?? Workflow.NewGuid().ToString();
        if (id == Workflow.Info.WorkflowId || Ancestors.Contains(id, StringComparer.Ordinal))
        {
            throw new ApplicationFailureException(
                $"The child '{id}' is not started: it is the workflow itself or one it descends from ({string.Join(" > ", Ancestors.Append(Workflow.Info.WorkflowId))}). Give the child another id.",
                ApiTokenFailureTypes.CircularTree,
                nonRetryable: true);
        }

        var child = new ChildEntry(id, plan.ApiToken) { CancelWithParent = plan.WhenParentEnds is ParentEnd.Cancel, Hosts = plan.Hosts, Scopes = plan.Scopes };
        ChildWorkflowHandle<TWorkflow, TResult> handle;
        Registry.BeginStart();
        try
        {
            child.SentRevision = Revision;
            var headers = new Dictionary<string, Protocol.Api.Common.V1.Payload>(input.Headers ?? new Dictionary<string, Protocol.Api.Common.V1.Payload>(), StringComparer.Ordinal)
            {
                [StatefulNames.TreeHeader] = TreePayload.Write(await StartSnapshotAsync(child, plan).ConfigureAwait(true)),
            };
            handle = await start(input with { Options = input.Options with { Id = id }, Headers = headers }).ConfigureAwait(true);
        }
        finally
        {
            Registry.EndStart();
        }

        child.State = ChildState.Running;
        Registry.Add(child);
        _ = Workflow.RunTaskAsync(() => WatchAsync(handle, child));
        if (child.IsBehind(Revision))
            _cascade.Wake();
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
        HealedEpoch = _healedEpoch,
        TraceParent = _trace,
        Gone = _gone,
        Unread = _unread.Count > 0 ? [.. _unread.TakeLast(MostUnread)] : null,
        Children = [.. Registry.Children.Select(c => c.ToSnapshot())],
    };

    /// <summary>The workflow ends: children that are to end with it are asked to cancel.</summary>
    public async Task EndAsync()
    {
        _isEnding = true;
        Resume();
        await SettleAsync().ConfigureAwait(true);
        foreach (var batch in Registry.Children.Where(c => c.CancelWithParent).ToList().Chunk(CancelBatch))
            await Workflow.WhenAllAsync(batch.Select(CancelAsync)).ConfigureAwait(true);
    }

    private async Task<TreeSnapshot> StartSnapshotAsync(ChildEntry child, StatefulChildOptions plan)
    {
        var token = plan.ApiToken switch
        {
            ApiTokenPolicy.Exclude => null,
            ApiTokenPolicy.Override => plan.OwnToken is { } own ? new HeldToken(own.Name, own.Epoch, own.Fingerprint, ApiTokenState.Active, "start", Now) : null,
            _ => (await TokenForAsync(child).ConfigureAwait(true)) is { } inherited ? inherited with { Source = "parent" } : null,
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
        };
    }

    /// <summary>The token a child follows with; narrowed by the vault where it is to get less.</summary>
    private async Task<HeldToken?> TokenForAsync(ChildEntry child)
    {
        if (_token is not { } token || child.Policy is not ApiTokenPolicy.Downscope)
            return _token;
        if (token.State is ApiTokenState.Revoked)
            return token with { Name = child.Id };
        var narrowed = await VaultCall.NarrowAsync(token.Reference, child.Id, child.Hosts, child.Scopes).ConfigureAwait(true);
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

    private static async Task CancelAsync(ChildEntry child)
    {
        try
        {
            await Workflow.GetExternalWorkflowHandle(child.Id).CancelAsync().ConfigureAwait(true);
        }
        catch (FailureException)
        {
            // It has ended already.
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
}
