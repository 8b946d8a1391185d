using Mandate.Credentials.Vault;
using Mandate.Stateful.Activities;
using Mandate.Temporal.Common;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>What workflow code asks the vault: by activities, whose answers are recorded. None of them is a secret.</summary>
internal static class VaultCall
{
    /// <summary>A vault that is away must not keep a workflow: who asks is told so after a while, and asks again later.</summary>
    private static readonly LocalActivityOptions Local = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(10),
        ScheduleToCloseTimeout = TimeSpan.FromSeconds(30),
        CancellationToken = CancellationToken.None,
    };

    /// <summary>The same, by an activity that the service hands out, whose task proves to it which workflow asks.</summary>
    private static readonly ActivityOptions Proven = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(10),
        ScheduleToCloseTimeout = TimeSpan.FromSeconds(30),
        CancellationToken = CancellationToken.None,
    };

    /// <summary>The newest of what a reference means. What was prepared under the reference counts from then on: it has arrived.</summary>
    public static Task<ApiTokenGrant> NewestAsync(CredentialReference reference) => Workflow.ExecuteLocalActivityAsync<ApiTokenGrant>(VaultActivities.Newest, [reference], Local);

    /// <summary>Narrows for a child that runs. As with all that is the workflow's alone to do, the task of an activity of its own proves who asks.</summary>
    public static Task<ApiTokenGrant> NarrowAsync(CredentialReference wider, ChildEntry child) => NarrowAsync(wider, child, isStart: false, Proven);

    /// <summary>As <see cref="NarrowAsync(CredentialReference, ChildEntry)"/>, for a child's start, which waits until the vault is there. It counts when the child, or who knows that it has started, presents it.</summary>
    public static Task<ApiTokenGrant> NarrowForStartAsync(CredentialReference wider, ChildEntry child) => NarrowAsync(wider, child, isStart: true, Proven with { ScheduleToCloseTimeout = null });

    public static Task<ApiTokenGrant> RevokeAsync(CredentialReference reference) =>
        Workflow.ExecuteActivityAsync<ApiTokenGrant>(VaultActivities.Revoke, [reference], Proven with { Summary = "Revoke the API token" });

    /// <summary>
    /// The workflow's own credential, which somebody may have set without its knowing; null when there is none. It gives out a reference, so a worker elsewhere has to prove for which
    /// workflow it asks, by the task of an activity of its own.
    /// </summary>
    public static Task<ApiTokenGrant?> OwnAsync() => Workflow.ExecuteActivityAsync<ApiTokenGrant?>(
        VaultActivities.Own, [], Proven with { Summary = "Look for an API token of the workflow's own" });

    /// <summary>Records denials, as many as fit into one activity; a run that ends waits for a ledger that is away, but not for ever.</summary>
    /// <returns>How many, from the first on; null for all.</returns>
    public static Task<int?> RecordDenialsAsync(IReadOnlyList<Denial> denials) =>
        Workflow.ExecuteLocalActivityAsync<int?>(VaultActivities.RecordDenials, [denials], Local with { ScheduleToCloseTimeout = TimeSpan.FromMinutes(5) });

    /// <summary>A provider may be away for long, so this is an activity of its own that is repeated for a while.</summary>
    /// <param name="source">The source.</param>
    /// <param name="known">The newest reference of its own that the workflow holds; null when it holds none. What was set or revoked since then stays.</param>
    public static Task<ApiTokenGrant> RenewAsync(string source, CredentialReference? known) => RenewAsync(source, known, isAsked: false, TimeSpan.FromMinutes(15));

    /// <summary>As <see cref="RenewAsync(string, CredentialReference?)"/>, for somebody who asks for it and waits.</summary>
    public static Task<ApiTokenGrant> RenewNowAsync(string source, CredentialReference? known, TimeSpan within, bool overAny = true) =>
        RenewAsync(source, known, isAsked: overAny, within > TimeSpan.FromSeconds(1) ? within : TimeSpan.FromSeconds(1));

    private static Task<ApiTokenGrant> NarrowAsync(CredentialReference wider, ChildEntry child, bool isStart, ActivityOptions options) => Workflow.ExecuteActivityAsync<ApiTokenGrant>(
        VaultActivities.Narrow, [wider, child.Id, child.Hosts, child.Scopes, isStart], options with { Summary = $"Narrow the API token for {child.Id}" });

    private static Task<ApiTokenGrant> RenewAsync(string source, CredentialReference? known, bool isAsked, TimeSpan within) => Workflow.ExecuteActivityAsync<ApiTokenGrant>(
        VaultActivities.Renew,
        [Workflow.Info.WorkflowId, source, known, isAsked],
        new()
        {
            StartToCloseTimeout = TimeSpan.FromSeconds(30),
            ScheduleToCloseTimeout = within,
            RetryPolicy = new RetryPolicy { InitialInterval = TimeSpan.FromSeconds(1), MaximumInterval = TimeSpan.FromMinutes(1) },
            CancellationToken = CancellationToken.None,
            Summary = $"Renew the API token from {source}",
        });
}
