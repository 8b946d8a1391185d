namespace Mandate.Credentials;

/// <summary>The state of worker authentication at a moment.</summary>
/// <param name="State">Whether the worker can prove itself.</param>
/// <param name="ExpiresAt">When the present token expires; null without one.</param>
/// <param name="LastError">Why the last refresh failed; null after a success.</param>
public sealed record WorkerAuthenticationStatus(WorkerAuthenticationState State, DateTimeOffset? ExpiresAt, TokenException? LastError)
{
    /// <summary>Whether calls can be expected to be accepted.</summary>
    public bool IsReady => State is WorkerAuthenticationState.Disabled or WorkerAuthenticationState.Valid;
}
