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

    public static Task<ApiTokenGrant> NewestAsync(CredentialReference reference) => Workflow.ExecuteLocalActivityAsync<ApiTokenGrant>(VaultActivities.Newest, [reference], Local);

    public static Task<ApiTokenGrant> NarrowAsync(CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes) => NarrowAsync(wider, name, hosts, scopes, Local);

    /// <summary>As <see cref="NarrowAsync(CredentialReference, string, AllowedHosts?, IReadOnlyList{string})"/>, for a child's start, which waits until the vault is there.</summary>
    public static Task<ApiTokenGrant> NarrowForStartAsync(CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes) =>
        NarrowAsync(wider, name, hosts, scopes, Local with { ScheduleToCloseTimeout = null });

    public static Task<ApiTokenGrant> RevokeAsync(CredentialReference reference) => Workflow.ExecuteLocalActivityAsync<ApiTokenGrant>(VaultActivities.Revoke, [reference], Local);

    /// <summary>
    /// The workflow's own credential, which somebody may have set without its knowing; null when there is none. It gives out a reference, so a worker elsewhere has to prove for which
    /// workflow it asks, by the task of an activity of its own.
    /// </summary>
    public static Task<ApiTokenGrant?> OwnAsync() => Workflow.ExecuteActivityAsync<ApiTokenGrant?>(
        VaultActivities.Own,
        [],
        new()
        {
            StartToCloseTimeout = TimeSpan.FromSeconds(10),
            ScheduleToCloseTimeout = TimeSpan.FromSeconds(30),
            CancellationToken = CancellationToken.None,
            Summary = "Look for an API token of the workflow's own",
        });

    /// <summary>Records denials, as many as fit into one activity; a run that ends waits for a ledger that is away, but not for ever.</summary>
    /// <returns>How many, from the first on; null for all.</returns>
    public static Task<int?> RecordDenialsAsync(IReadOnlyList<Denial> denials) =>
        Workflow.ExecuteLocalActivityAsync<int?>(VaultActivities.RecordDenials, [denials], Local with { ScheduleToCloseTimeout = TimeSpan.FromMinutes(5) });

    /// <summary>A provider may be away for long, so this is an activity of its own that is repeated for a while.</summary>
    /// <param name="source">The source.</param>
    /// <param name="known">The newest reference of its own that the workflow holds; null when it holds none. What was set or revoked since then stays.</param>
    public static Task<ApiTokenGrant> RenewAsync(string source, CredentialReference? known) => RenewAsync(source, known, isAsked: false, TimeSpan.FromMinutes(15));

    /// <summary>As <see cref="RenewAsync(string, CredentialReference?)"/>, for somebody who asks for it and waits.</summary>
    public static Task<ApiTokenGrant> RenewNowAsync(string source, CredentialReference? known, TimeSpan within) =>
        RenewAsync(source, known, isAsked: true, within > TimeSpan.FromSeconds(1) ? within : TimeSpan.FromSeconds(1));

    private static Task<ApiTokenGrant> NarrowAsync(CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, LocalActivityOptions options) =>
        Workflow.ExecuteLocalActivityAsync<ApiTokenGrant>(VaultActivities.Narrow, [wider, name, hosts, scopes], options);

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
