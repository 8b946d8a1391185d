using Mandate.Protocol.Api.Failure.V1;
using Mandate.Rest.Problems;
using Mandate.Stateful;

namespace Mandate.Executions;

/// <summary>What it means to a caller that a workflow has not taken an API token.</summary>
internal static class ApiTokenRefusal
{
    /// <summary>The answer, by the failure of the update that told the workflow.</summary>
    public static ProblemException Of(Failure failure) => TypeOf(failure) switch
    {
        ApiTokenFailureTypes.NotConfigured => new(ProblemKind.InvalidRequest, "No token source of that name is configured for this tenant.", "api-token-source-unknown"),
        ApiTokenFailureTypes.Superseded => new(ProblemKind.ApiTokenRefused, "Somebody has set or revoked the API token since, so it was not renewed.", "api-token-superseded"),
        ApiTokenFailureTypes.Unavailable => new(ProblemKind.ApiTokenUnavailable, "The vault or the token source cannot be reached now, so nothing was set. Try again.", "api-token-unavailable"),
        _ => new(ProblemKind.ApiTokenRefused, "The workflow does not take the API token, which is not kept. Only stateful workflows take one: others have no update `rotateApiToken`.", "api-token-refused"),
    };

    /// <summary>The cause is what the activity that asked the vault failed with.</summary>
    private static string? TypeOf(Failure? failure) => failure is null ? null : failure.ApplicationFailureInfo?.Type ?? TypeOf(failure.Cause);
}
