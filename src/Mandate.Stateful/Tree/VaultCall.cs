using Mandate.Credentials.Vault;
using Mandate.Stateful.Activities;
using Mandate.Temporal.Common;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>What workflow code asks the vault: by activities, whose answers are recorded. None of them is a secret.</summary>
internal static class VaultCall
{
    private static readonly LocalActivityOptions Local = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(10),
        CancellationToken = CancellationToken.None,
    };

    public static Task<ApiTokenGrant> NewestAsync(CredentialReference reference) => Workflow.ExecuteLocalActivityAsync<ApiTokenGrant>(VaultActivities.Newest, [reference], Local);

    public static Task<ApiTokenGrant> NarrowAsync(CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes) =>
        Workflow.ExecuteLocalActivityAsync<ApiTokenGrant>(VaultActivities.Narrow, [wider, name, hosts, scopes], Local);

    public static Task<ApiTokenGrant> RevokeAsync(CredentialReference reference) => Workflow.ExecuteLocalActivityAsync<ApiTokenGrant>(VaultActivities.Revoke, [reference], Local);

    /// <summary>As <see cref="NewestAsync"/>, for who can do without an answer.</summary>
    public static Task<ApiTokenGrant> NewestSoonAsync(CredentialReference reference) =>
        Workflow.ExecuteLocalActivityAsync<ApiTokenGrant>(VaultActivities.Newest, [reference], Local with { ScheduleToCloseTimeout = TimeSpan.FromSeconds(30) });

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
            ScheduleToCloseTimeout = TimeSpan.FromMinutes(5),
            CancellationToken = CancellationToken.None,
            Summary = "Look for an API token of the workflow's own",
        });

    public static Task RecordDenialsAsync(IReadOnlyList<Denial> denials) => Workflow.ExecuteLocalActivityAsync(VaultActivities.RecordDenials, [denials], Local);

    /// <summary>A provider may be away for long, so this is an activity of its own that is repeated for a while.</summary>
    /// <param name="source">The source.</param>
    /// <param name="known">The newest reference of its own that the workflow holds; null when it holds none. What was set or revoked since then stays.</param>
    public static Task<ApiTokenGrant> RenewAsync(string source, CredentialReference? known) => RenewAsync(source, known, isAsked: false, TimeSpan.FromMinutes(15));

    /// <summary>As <see cref="RenewAsync(string, CredentialReference?)"/>, for somebody who asks for it and waits.</summary>
    public static Task<ApiTokenGrant> RenewNowAsync(string source, CredentialReference? known, TimeSpan within) =>
        RenewAsync(source, known, isAsked: true, within > TimeSpan.FromSeconds(1) ? within : TimeSpan.FromSeconds(1));

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
