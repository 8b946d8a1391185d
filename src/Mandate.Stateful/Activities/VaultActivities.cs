using Mandate.Credentials.Vault;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Activities;

namespace Mandate.Stateful.Activities;

/// <summary>What workflow code of this room asks the vault. The answers go into histories, so none of them holds a secret.</summary>
internal static class VaultActivities
{
    public const string Newest = "mandate.apiToken.newest";
    public const string Own = "mandate.apiToken.own";
    public const string Renew = "mandate.apiToken.renew";
    public const string Narrow = "mandate.apiToken.narrow";
    public const string Revoke = "mandate.apiToken.revoke";
    public const string RecordDenials = "mandate.recordDenials";

    /// <summary>How long denials are recorded at a time: an activity that takes longer than it may is repeated from its beginning.</summary>
    private static readonly TimeSpan RecordFor = TimeSpan.FromSeconds(5);

    private static ActivityScope Scope => ActivityScope.Current!;

    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    [Activity(Newest)]
    public static Task<ApiTokenGrant> NewestAsync(CredentialReference reference) =>
        GrantAsync(scope => scope.Authority.NewestAsync(scope.RequireRequest(), reference, Cancellation));

    /// <summary>The credential of the workflow's own id; null when there is none.</summary>
    [Activity(Own)]
    public static async Task<ApiTokenGrant?> OwnAsync() =>
        await CredentialFailure.GuardAsync(() => Scope.Authority.OwnAsync(Scope.RequireRequest(), Cancellation)).ConfigureAwait(false) is { } status ? ApiTokenGrant.Of(status) : null;

    [Activity(Renew)]
    public static Task<ApiTokenGrant> RenewAsync(string name, string source, CredentialReference? known = null, bool isAsked = false) =>
        GrantAsync(scope => scope.Authority.RenewAsync(scope.RequireRequest(), name, source, known, isAsked, Cancellation));

    [Activity(Narrow)]
    public static Task<ApiTokenGrant> NarrowAsync(CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, bool isStart = false) =>
        GrantAsync(scope => scope.Authority.NarrowAsync(scope.RequireRequest(), wider, name, hosts, scopes, isStart, Cancellation));

    [Activity(Revoke)]
    public static Task<ApiTokenGrant> RevokeAsync(CredentialReference reference) =>
        GrantAsync(scope => scope.Authority.RevokeAsync(scope.RequireRequest(), reference, Cancellation));

    /// <summary>Records several, as many as a few seconds allow. What was recorded is not repeated; one of which it is not known may be recorded twice, and none is left out.</summary>
    /// <returns>How many, from the first on.</returns>
    [Activity(RecordDenials)]
    public static async Task<int> RecordDenialsAsync(IReadOnlyList<Denial> denials)
    {
        var (time, began) = (Scope.Time, Scope.Time.GetTimestamp());
        var done = 0;
        while (done < denials.Count && (done == 0 || time.GetElapsedTime(began) < RecordFor))
        {
            try
            {
                await CredentialFailure.GuardAsync(async () =>
                {
                    await Scope.Authority.RecordDenialAsync(Scope.RequireRequest(), denials[done], Cancellation).ConfigureAwait(false);
                    return true;
                }).ConfigureAwait(false);
            }
            catch (ApplicationFailureException) when (done > 0)
            {
                break;
            }

            done++;
        }

        return done;
    }

    private static async Task<ApiTokenGrant> GrantAsync(Func<ActivityScope, ValueTask<CredentialStatus>> ask) =>
        ApiTokenGrant.Of(await CredentialFailure.GuardAsync(() => ask(Scope)).ConfigureAwait(false));
}
