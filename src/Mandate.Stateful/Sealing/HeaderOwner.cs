using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Stateful.Propagation;

namespace Mandate.Stateful.Sealing;

/// <summary>What the headers say that the stages before have stamped.</summary>
internal static class HeaderOwner
{
    /// <summary>Whose tree a start belongs to: of whom the stamped principal names.</summary>
    /// <exception cref="RpcException">PERMISSION_DENIED: nobody is named.</exception>
    public static CredentialOwner Of(PrincipalVerifier verifier, Header? header, string @namespace, string? workflowId)
    {
        var verdict = verifier.Verify(EnvelopeHeader.Read(header?.Fields), @namespace, workflowId);
        if (verdict is not { IsAccepted: true, Principal: { RootWorkflowId: { } root } principal })
            throw new RpcException(RpcStatusCode.PermissionDenied, $"An API token in clear can be taken from a known caller only. {verdict.Message}");
        return new(principal.TenantId, root, principal.UserId);
    }

    /// <summary>The statement of who sends a message; null where there is none.</summary>
    public static string? Actor(Header? header) => header is not null && header.Fields.TryGetValue(IdentityHeaders.Actor, out var payload) ? EnvelopeHeader.Text(payload) : null;
}
