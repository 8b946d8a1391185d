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

    public static Task RecordDenialAsync(Denial denial) => Workflow.ExecuteLocalActivityAsync(VaultActivities.RecordDenial, [denial], Local);

    /// <summary>A provider may be away for long, so this is an activity of its own that is repeated until it succeeds.</summary>
    public static Task<ApiTokenGrant> RenewAsync(string name, string source, CredentialReference? known, bool isAsked) => Workflow.ExecuteActivityAsync<ApiTokenGrant>(
        VaultActivities.Renew,
        [name, source, known, isAsked],
        new()
        {
            StartToCloseTimeout = TimeSpan.FromSeconds(30),
            RetryPolicy = new RetryPolicy { InitialInterval = TimeSpan.FromSeconds(1), MaximumInterval = TimeSpan.FromMinutes(1) },
            CancellationToken = CancellationToken.None,
            Summary = $"Renew the API token from {source}",
        });
}
