using Mandate.Credentials;
using Mandate.Identity;

namespace Mandate.Workers;

/// <summary>Gives outgoing calls the service's own tokens, which the credentials room gets and keeps.</summary>
internal sealed class ServiceTokens(AudienceTokenRegistry registry) : IServiceTokenSource
{
    /// <inheritdoc/>
    public async ValueTask<string> GetTokenAsync(string audience, bool forceRefresh, CancellationToken cancellation) =>
        (await registry.GetTokenAsync(audience, forceRefresh, cancellation)).Value.Reveal();
}
