using System.Diagnostics;
using Mandate.Credentials.Vault;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Telemetry;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Activities;

namespace Mandate.Stateful.Activities;

/// <summary>Redeems for the activity that runs here.</summary>
internal sealed class CurrentApiTokens : IApiTokens
{
    public Uri? ApiUrl => Scope.Token?.ApiUrl is { } url ? new Uri(url) : null;

    private static ActivityScope Scope => ActivityScope.Current ?? throw new InvalidOperationException(
        "No activity of a worker with .AddStatefulWorkflows(…) runs here, so there is no workflow whose API token could be meant.");

    public async ValueTask<ApiToken> RedeemAsync(Uri target, CancellationToken cancellation = default)
    {
        var scope = Scope;
        if (scope.Token?.Token is not { } token)
        {
            throw new ApplicationFailureException(
                "The workflow has no API token. Give it one at its start, by POST /v1/executions/{id}/api-token, or start it as a child that inherits its parent's.",
                ApiTokenFailureTypes.Missing,
                nonRetryable: true);
        }

        if (cancellation == default && ActivityExecutionContext.HasCurrent)
            cancellation = ActivityExecutionContext.Current.CancellationToken;
        using var span = StatefulTelemetry.Redeeming(token.Reference.Name, token.Reference.Epoch, target);
        try
        {
            return await CredentialFailure.GuardAsync(async () =>
            {
                var redeemed = await scope.Authority.RedeemAsync(scope.RequireRequest(), token.Reference, target, cancellation).ConfigureAwait(false);
                return new ApiToken(redeemed.Reference, redeemed.Value);
            }).ConfigureAwait(false);
        }
        catch (ApplicationFailureException e)
        {
            span?.SetTag("error.type", e.ErrorType).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }
}
