using Mandate.Credentials.Vault;
using Mandate.Identity;

namespace Mandate.Stateful;

/// <summary>For whom and from where the vault is asked.</summary>
/// <param name="Principal">For whom the work is done, verified.</param>
/// <param name="Envelope">The signed principal as it arrived, for who verifies it anew; null where there is none.</param>
/// <param name="WorkflowId">The workflow.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Activity">The activity's type.</param>
public sealed record ApiTokenRequest(Principal Principal, string? Envelope, string WorkflowId, string RunId, string Activity)
{
    /// <summary>Whose credentials may be used. A run without a signed principal belongs to no tree.</summary>
    /// <exception cref="CredentialException">The principal is not bound to a tree.</exception>
    public CredentialOwner Owner => new(
        Principal.TenantId,
        Principal.RootWorkflowId ?? throw new CredentialException(CredentialErrorKind.Unknown, "The work is done for a principal that is not bound to a tree of workflows, so it owns no credentials. Start it through the service."),
        Principal.UserId);

    /// <summary>Where it comes from; the envelope is not shown.</summary>
    public override string ToString() => $"{Activity} of {WorkflowId}/{RunId} for {Principal}";
}
