using Mandate.Credentials.Vault;
using Mandate.Identity;

namespace Mandate.Stateful;

/// <summary>For whom and from where the vault is asked.</summary>
/// <param name="Principal">For whom the work is done, verified.</param>
/// <param name="Envelope">The signed principal as it arrived, for who verifies it anew; null where there is none.</param>
/// <param name="WorkflowId">The workflow: what the worker says, unless <see cref="IsProven"/>.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Activity">The activity's type.</param>
public sealed record ApiTokenRequest(Principal Principal, string? Envelope, string WorkflowId, string RunId, string Activity)
{
    /// <summary>The activity's task token, with which a worker proves to the service which workflow it works for; null outside of activities that have one.</summary>
    public ReadOnlyMemory<byte>? TaskToken { get; init; }

    /// <summary>The worker that asks from elsewhere, authenticated; null for one of this process.</summary>
    public Caller? Worker { get; init; }

    /// <summary>Whether workflow, run and activity are known rather than claimed: by a worker of this process, or proven by a task token.</summary>
    public bool IsProven { get; init; } = true;

    /// <summary>Whose credentials may be used. A run without a signed principal belongs to no tree.</summary>
    /// <exception cref="CredentialException">The principal is not bound to a tree.</exception>
    public CredentialOwner Owner => new(
        Principal.TenantId,
        Principal.RootWorkflowId ?? throw new CredentialException(CredentialErrorKind.Unknown, "The work is done for a principal that is not bound to a tree of workflows, so it owns no credentials. Start it through the service."),
        Principal.UserId);

    /// <summary>Where it comes from; the envelope is not shown.</summary>
    public override string ToString() => $"{Activity} of {WorkflowId}/{RunId} for {Principal}";
}
