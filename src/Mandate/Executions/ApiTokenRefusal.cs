using Mandate.Credentials.Vault;
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
        ApiTokenFailureTypes.Superseded or ApiTokenFailureTypes.Revoked => new(ProblemKind.ApiTokenRefused, "Somebody has set or revoked the API token since, so it was not renewed.", "api-token-superseded"),
        ApiTokenFailureTypes.Unavailable => new(ProblemKind.ApiTokenUnavailable, "The vault or the token source cannot be reached now, so nothing was set. Try again.", "api-token-unavailable"),
        _ => new(ProblemKind.ApiTokenRefused, "The workflow does not take the API token, which is not kept. Only stateful workflows take one: others have no update `rotateApiToken`.", "api-token-refused"),
    };

    /// <summary>The answer to what the vault said before the workflow was told.</summary>
    public static ProblemException Of(CredentialException error) => error.Kind switch
    {
        CredentialErrorKind.Unknown => new(ProblemKind.NotFound, "This execution has no API token of its own. A child that inherits one is told by the workflow it inherits from.", "api-token-unknown", error),
        CredentialErrorKind.Unavailable => new(ProblemKind.ApiTokenUnavailable, "The vault cannot be reached now, so nothing was set. Try again.", "api-token-unavailable", error),
        _ => new(ProblemKind.InvalidRequest, error.Message, "api-token-name", error),
    };

    /// <summary>The cause is what the activity that asked the vault failed with.</summary>
    private static string? TypeOf(Failure? failure) => failure is null ? null : failure.ApplicationFailureInfo?.Type ?? TypeOf(failure.Cause);
}
