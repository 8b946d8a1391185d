using Mandate.Temporal.Interceptors;

namespace Mandate.Identity.Propagation;

/// <summary>
/// Stamps what a client starts and sends with the current principal. It holds the signer, so it belongs into the service that has verified its caller.
/// </summary>
/// <param name="signer">Signs.</param>
/// <param name="namespace">The namespace of the client.</param>
public sealed class IdentityClientInterceptor(PrincipalSigner signer, string @namespace) : IClientInterceptor
{
    /// <inheritdoc/>
    public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new IdentityClientOutbound(nextInterceptor, signer, @namespace);
}
