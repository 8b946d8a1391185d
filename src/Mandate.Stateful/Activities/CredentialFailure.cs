using Mandate.Credentials.Vault;
using Mandate.Protocol.Failures;

namespace Mandate.Stateful.Activities;

/// <summary>The vault's errors as failures that Temporal knows how to repeat, or not.</summary>
internal static class CredentialFailure
{
    public static async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> ask)
    {
        CredentialException error;
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (CredentialException e)
        {
            error = e;
        }

        // The cause is for the log of who asked; a history gets what people need to know.
        throw new ApplicationFailureException(error.Message, TypeOf(error.Kind), nonRetryable: error.Kind is not (CredentialErrorKind.Unavailable or CredentialErrorKind.Expired));
    }

    private static string TypeOf(CredentialErrorKind kind) => kind switch
    {
        CredentialErrorKind.Revoked => ApiTokenFailureTypes.Revoked,
        CredentialErrorKind.Expired => ApiTokenFailureTypes.Expired,
        CredentialErrorKind.HostNotAllowed => ApiTokenFailureTypes.HostNotAllowed,
        CredentialErrorKind.NotConfigured => ApiTokenFailureTypes.NotConfigured,
        CredentialErrorKind.Superseded => ApiTokenFailureTypes.Superseded,
        CredentialErrorKind.NameTaken => ApiTokenFailureTypes.NameTaken,
        CredentialErrorKind.Unavailable => ApiTokenFailureTypes.Unavailable,
        _ => ApiTokenFailureTypes.Unknown,
    };
}
