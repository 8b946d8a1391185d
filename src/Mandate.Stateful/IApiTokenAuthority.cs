using Mandate.Credentials.Vault;

namespace Mandate.Stateful;

/// <summary>Where workers turn references into tokens: the vault in the same process, or the service over the network.</summary>
public interface IApiTokenAuthority
{
    /// <summary>The token that a reference stands for, of the newest epoch.</summary>
    /// <exception cref="CredentialException">It cannot be had.</exception>
    ValueTask<RedeemedCredential> RedeemAsync(ApiTokenRequest request, CredentialReference reference, Uri target, CancellationToken cancellation);

    /// <summary>How the credential stands that a reference means.</summary>
    /// <exception cref="CredentialException">The reference is not genuine.</exception>
    ValueTask<CredentialStatus> NewestAsync(ApiTokenRequest request, CredentialReference reference, CancellationToken cancellation);

    /// <summary>How the workflow's own credential stands, the one of its workflow id; null when there is none. For a run that has lost the reference.</summary>
    /// <exception cref="CredentialException">The vault cannot be asked, or which workflow asks is not proven.</exception>
    ValueTask<CredentialStatus?> OwnAsync(ApiTokenRequest request, CancellationToken cancellation);

    /// <summary>Gets a new token from a configured source, unless somebody has set or revoked it since the asker's reference.</summary>
    /// <param name="request">For whom.</param>
    /// <param name="name">The credential: the asking workflow's own id, and no other.</param>
    /// <param name="source">The source.</param>
    /// <param name="known">The newest reference of this name that the workflow holds; null when it holds none.</param>
    /// <param name="isAsked">Whether somebody who may has asked for this source now, rather than that it is time to renew.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="CredentialException">None could be had, or none is wanted any more (<see cref="CredentialErrorKind.Revoked"/>, <see cref="CredentialErrorKind.Superseded"/>).</exception>
    ValueTask<CredentialStatus> RenewAsync(ApiTokenRequest request, string name, string source, CredentialReference? known, bool isAsked, CancellationToken cancellation);

    /// <summary>Makes a credential that gives less, for a child of the asking workflow.</summary>
    /// <param name="request">For whom, and which workflow asks.</param>
    /// <param name="wider">A reference to the credential that gives more.</param>
    /// <param name="name">Workflow id of the child.</param>
    /// <param name="hosts">Hosts to keep; null for all of them.</param>
    /// <param name="scopes">Scopes to keep; empty for all of them.</param>
    /// <param name="isStart">Whether the child is about to start. Then the id keeps what it has until the child presents its reference: the start may fail.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="CredentialException">It cannot be made, or is not the asking workflow's to make.</exception>
    ValueTask<CredentialStatus> NarrowAsync(
        ApiTokenRequest request, CredentialReference wider, string name, AllowedHosts? hosts, IReadOnlyList<string> scopes, bool isStart, CancellationToken cancellation);

    /// <summary>Revokes a credential of the asking workflow's own.</summary>
    /// <exception cref="CredentialException">The reference is not genuine, or the credential another workflow's.</exception>
    ValueTask<CredentialStatus> RevokeAsync(ApiTokenRequest request, CredentialReference reference, CancellationToken cancellation);

    /// <summary>Records that a message was not let in.</summary>
    ValueTask RecordDenialAsync(ApiTokenRequest request, Denial denial, CancellationToken cancellation);
}
