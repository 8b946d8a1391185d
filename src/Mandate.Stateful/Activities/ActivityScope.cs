using Mandate.Protocol.Failures;

namespace Mandate.Stateful.Activities;

/// <summary>What the present activity may ask for.</summary>
internal sealed record ActivityScope(IApiTokenAuthority Authority, ApiTokenRequest? Request, ActivityToken? Token, TimeProvider Time)
{
    private static readonly AsyncLocal<ActivityScope?> Flow = new();

    /// <summary>That of the activity that runs here; null outside of one.</summary>
    public static ActivityScope? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    /// <summary>For whom the vault is asked.</summary>
    /// <exception cref="ApplicationFailureException">The worker does not propagate identity; trying again does not help.</exception>
    public ApiTokenRequest RequireRequest() => Request ?? throw new ApplicationFailureException(
        "Nobody is known here for whom the token would be used. Add identity propagation to the worker: .AddIdentityPropagation(…).", ApiTokenFailureTypes.NotConfigured, nonRetryable: true);
}
